// SPDX-License-Identifier: GPL-2.0-only
/* run.c - see run.h. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "run.h"

static volatile sig_atomic_t interrupted;

static void interrupt(int signal)
{
	interrupted = signal;
}

static void set_signals(void (*handler)(int))
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
	const struct sigaction action = {.sa_handler = handler}; /* calls return: no SA_RESTART */

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &action, NULL);
}

void run_catch_signals(void)
{
	set_signals(interrupt);
}

void run_default_signals(void)
{
	set_signals(SIG_DFL);
}

static double time_limit;

void run_limit_time(double seconds)
{
	time_limit = seconds;
}

static const char *only_loads = "";

void run_only_loads(const char *text)
{
	only_loads = text;
}

static void keep(struct cell *cell)
{
	if (!cell || !cell->left_out)
		return;
	cell->left_out = false;
	keep(cell->baseline);
	keep(cell->minus);
	keep(cell->plus);
}

static void leave_out(struct measure *measure)
{
	for (size_t i = 0; i < measure->count; i++)
		measure->cells[i].left_out = true;
	for (size_t i = 0; i < measure->count; i++)
		if (strstr(measure->cells[i].load, only_loads))
			keep(&measure->cells[i]);
}

static double clock_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec * 1e-9;
}

static bool time_is_up(double start)
{
	return time_limit > 0 && clock_seconds() > start + time_limit;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Sorts the values; quartiles are the nearest ranks. */
static void summarise(double *values, size_t count, double *median, double *spread)
{
	qsort(values, count, sizeof(*values), by_value);
	*median = (values[count / 2] + values[(count - 1) / 2]) / 2;
	*spread = (values[count * 3 / 4] - values[count / 4]) / 2 / *median;
}

static void conclude(const struct measure *measure, struct cell *cell, double *scratch)
{
	memcpy(scratch, cell->values, measure->rounds * sizeof(*scratch));
	summarise(scratch, measure->rounds, &cell->median, &cell->spread);
	cell->best = measure->more_is_better ? scratch[measure->rounds - 1] : scratch[0];
	cell->result = measure->by_best ? cell->best : cell->median;
}

static void compare(struct cell *cell, unsigned int rounds, double *scratch)
{
	for (unsigned int i = 0; i < rounds; i++)
		scratch[i] = cell->values[i] / cell->baseline->values[i];
	summarise(scratch, rounds, &cell->paired, &cell->paired_spread);
	cell->ratio = cell->result / cell->baseline->result;
}

static struct cell *best_rival(const struct measure *measure, const struct cell *of)
{
	struct cell *best = NULL;

	for (size_t i = 0; i < measure->count; i++) {
		struct cell *cell = &measure->cells[i];

		if (!cell->rival || cell->left_out || strcmp(cell->load, of->load))
			continue;
		if (!best || (measure->more_is_better ? cell->result > best->result
						      : cell->result < best->result))
			best = cell;
	}
	return best;
}

static void conclude_all(struct measure *measure, double *scratch)
{
	struct cell *const end = measure->cells + measure->count;

	for (struct cell *cell = measure->cells; cell < end; cell++)
		if (!cell->left_out)
			conclude(measure, cell, scratch);
	for (struct cell *cell = measure->cells; cell < end; cell++)
		if (cell->minus && !cell->left_out)
			cell->result += (cell->plus ? cell->plus->best : 0) - cell->minus->best;
	for (struct cell *cell = measure->cells; cell < end; cell++)
		if (cell->against_rivals && !cell->left_out)
			cell->baseline = best_rival(measure, cell);
	for (struct cell *cell = measure->cells; cell < end; cell++)
		if (cell->baseline && !cell->left_out)
			compare(cell, measure->rounds, scratch);
}

struct cell *measure_add(struct measure *measure, struct cell cell)
{
	measure->cells[measure->count] = cell;
	return &measure->cells[measure->count++];
}

static int take(const struct cell *cell, double *value, struct xe_error *error)
{
	int err = interrupted ? -EINTR : 0;

	if (!err && !cell->left_out)
		err = cell->sample(cell->context, value, error);
	return interrupted ? xe_fail(error, EINTR, "ended by signal %d", interrupted) : err;
}

/* Another cell first each round, so that none always follows the same one. */
static int take_round(const struct measure *measure, unsigned int round, struct xe_error *error)
{
	int err = 0;

	for (size_t i = 0; i < measure->count && !err; i++) {
		struct cell *cell = &measure->cells[(i + round) % measure->count];

		err = take(cell, &cell->values[round], error);
	}
	return err;
}

int measure_run(struct measure *measure, unsigned int rounds, struct xe_error *error)
{
	double *scratch = calloc(rounds, sizeof(*scratch)), start = clock_seconds(), ignored;
	int err = 0;

	leave_out(measure);
	for (size_t i = 0; i < measure->count; i++) {
		measure->cells[i].values = calloc(rounds, sizeof(double));
		if (!scratch || !measure->cells[i].values) {
			err = xe_fail(error, ENOMEM, "no memory for %u rounds", rounds);
			goto out;
		}
		/* the first sample of a cell warms caches and is not kept */
		err = take(&measure->cells[i], &ignored, error);
		if (err)
			goto out;
	}
	while (measure->rounds < rounds && (!measure->rounds || !time_is_up(start))) {
		err = take_round(measure, measure->rounds, error);
		if (err)
			goto out;
		measure->rounds++;
	}
	conclude_all(measure, scratch);
out:
	free(scratch);
	return err;
}

void measure_free(struct measure *measure)
{
	for (size_t i = 0; i < measure->count; i++)
		free(measure->cells[i].values);
	free(measure->cells);
	*measure = (struct measure){0};
}
