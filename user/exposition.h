/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * exposition.h - writes metrics as Prometheus reads them: its text format 0.0.4, or
 * OpenMetrics 1.0.0.
 *
 * Knows names, labels and numbers, and nothing of what they measure.
 */
#ifndef XE_EXPOSITION_H
#define XE_EXPOSITION_H

#include <stdio.h>

#include <linux/types.h>

enum exposition_format { EXPOSITION_TEXT, EXPOSITION_OPENMETRICS };

enum metric_type { METRIC_COUNTER, METRIC_GAUGE, METRIC_INFO, METRIC_HISTOGRAM };

struct metric {
	const char *name; /* without _total or _info; ends with the unit where there is one */
	enum metric_type type;
	const char *unit; /* a base unit, or NULL */
	const char *help;
};

struct exposition {
	FILE *out;
	enum exposition_format format;
	const struct metric *metric; /* the one being written */
};

#define EXPOSITION_LABELS 8

/* Ends with a NULL name. A label with an empty value is the same as none, and left out. */
struct label {
	const char *name, *value;
};

const char *exposition_content_type(enum exposition_format format);

/* Samples of one metric follow its beginning; a metric may have none. */
void exposition_begin(struct exposition *exposition, const struct metric *metric);
void exposition_count(const struct exposition *exposition, const struct label *labels, __u64 value);
void exposition_number(const struct exposition *exposition, const struct label *labels,
		       double value);

/* One sample of a histogram: `suffix` is "_bucket" with the label le, "_sum" or "_count". */
void exposition_part(const struct exposition *exposition, const char *suffix,
		     const struct label *labels, __u64 value);

void exposition_end(const struct exposition *exposition);

#endif
