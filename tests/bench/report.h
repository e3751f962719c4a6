/* SPDX-License-Identifier: GPL-2.0-only */
/* report.h - a measure as a table for people, and as JSON. */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include <stdio.h>

#include "run.h"

void report_table(FILE *out, const struct measure *measure);
int report_json(const char *path, const struct measure *measures, size_t count,
		struct xe_error *error);

#endif
