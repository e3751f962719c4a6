/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * run.h - takes samples of many things in turn, and says what they say.
 *
 * A measure is a table of cells, one for each contender under each load. The
 * runner goes round: one short sample of every cell, then the next round. So
 * whatever else the machine does falls on all cells alike, and a ratio is taken
 * within a round, never between two runs.
 */
#ifndef BENCH_RUN_H
#define BENCH_RUN_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"

struct cell {
	const char *contender, *load;
	int (*sample)(void *context, double *value, struct xe_error *error);
	void *context;
	struct cell *baseline; /* what this one is compared with, or NULL */
	bool again;            /* the baseline once more: how far they differ is noise */
	bool rival;            /* what a user would pick instead */
	bool against_rivals;   /* the baseline is the best rival under the same load */
	/* by_best: what the way of measuring costs, and what would be there without it */
	struct cell *minus, *plus;
	double target;  /* wanted of the ratio to it, without one of the result; or 0 */
	bool left_out;  /* no sample was taken */
	double *values; /* one a round */
	/* Over the rounds, filled in by measure_run(). A spread is half the interquartile range
	 * over the median. */
	double median, best, spread;
	double result;                /* the median; by_best: the best, corrected */
	double ratio;                 /* of the results */
	double paired, paired_spread; /* median of the ratios within each round */
};

struct measure {
	const char *name, *title, *unit;
	bool more_is_better;
	bool by_best; /* the best round is the result, not the median: noise only ever makes worse
		       */
	struct cell *cells;
	size_t count;
	unsigned int rounds; /* taken */
};

/* Adds a cell to the table, which has room for it. */
struct cell *measure_add(struct measure *measure, struct cell cell);

/* So many rounds, if there is time for them. */
int measure_run(struct measure *measure, unsigned int rounds, struct xe_error *error);
void measure_free(struct measure *measure);

/* From now on only loads with this text in their name are measured, and what they are compared
 * with. */
void run_only_loads(const char *text);

/* A measure that has taken so long begins no other round; 0: however long they take. */
void run_limit_time(double seconds);

/* From now on SIGINT and its like make measure_run() fail, so that all is cleared away. */
void run_catch_signals(void);
/* For a child that is to end at once. */
void run_default_signals(void);

#endif
