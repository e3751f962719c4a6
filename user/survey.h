/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * survey.h - finds what is attached and maps it for reading. No process is asked.
 */
#ifndef XE_SURVEY_H
#define XE_SURVEY_H

#include <stddef.h>

#include "attachment.h"
#include "command.h"
#include "store.h"

/* What to look at. Zeroed, it is everything in every namespace. */
struct survey_scope {
	const char *netns; /* NULL: every namespace; has to be given with `interfaces` */
	char **interfaces; /* these alone, and they have to be there */
	int interface_count;
};

struct survey {
	struct attachment *list; /* in order of name, or as the scope names them */
	size_t count;
	struct unreadable *broken; /* found, but not readable; empty if interfaces were named */
	size_t broken_count;
	struct store *stores; /* behind both */
	size_t store_count;
};

struct survey_scope survey_scope_of(const struct invocation *invocation);

/* On failure, too, `survey` is safe to close. */
int survey_open(struct survey *survey, const struct survey_scope *scope, struct xe_error *error);
void survey_close(struct survey *survey);

#endif
