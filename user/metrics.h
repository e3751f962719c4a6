/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * metrics.h - what Prometheus is told, by the command `metrics` and by the exporter.
 */
#ifndef XE_METRICS_H
#define XE_METRICS_H

#include <stddef.h>
#include <stdio.h>

#include "attachment.h"
#include "exposition.h"

struct metrics_source {
	const struct attachment *list;
	size_t count;
	const struct unreadable *broken;
	size_t broken_count;
	const __u64 *scrape_errors; /* an exporter's, which also tells of its process; or NULL */
};

/* Each attachment's counters are read once, so that within one output requests = replies + drops.
 */
int metrics_write(FILE *out, enum exposition_format format, const struct metrics_source *source,
		  struct xe_error *error);

#endif
