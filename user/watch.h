/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * watch.h - counters over time: what `stats --watch` shows, and no word of how.
 */
#ifndef XE_WATCH_H
#define XE_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "counters.h"
#include "error.h"

struct survey_scope;

/* Per second, over the last tick. */
struct rates {
	double requests, replies, reply_bytes, dropped, passed;
	double reasons[XE_REASON_SLOTS];
};

#define WATCH_HISTORY 256 /* ticks */

struct watch_row {
	char netns[XE_TEXT_MAX], interface[XE_NAME_MAX];
	__u32 path, asked;       /* enum xe_path; XE_PATHS is "auto" */
	bool agent;              /* alive */
	struct xe_error problem; /* why it cannot be read; no figures then */
	__u64 attached_at;
	struct counters total;
	struct rates rates;
	double history[WATCH_HISTORY]; /* replies per second; the last tick is the last entry */
	size_t history_count;
};

struct watch {
	struct watch_row *rows;
	size_t count;
	struct watch_row all;  /* the rows added up */
	struct timespec taken; /* CLOCK_MONOTONIC */
	double elapsed;        /* seconds from the sample before to this one; 0 for the first */
};

/*
 * Takes the next sample of what the scope names. Interfaces may come and go
 * between samples; named ones have to be there at the first.
 */
int watch_sample(struct watch *watch, const struct survey_scope *scope, struct xe_error *error);
void watch_free(struct watch *watch);

#endif
