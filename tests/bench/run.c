// SPDX-License-Identifier: GPL-2.0-only
/* run.c - see run.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"

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

static void conclude_all(struct measure *measure, double *scratch)
{
	struct cell *const end = measure->cells + measure->count;

	for (struct cell *cell = measure->cells; cell < end; cell++)
		conclude(measure, cell, scratch);
	for (struct cell *cell = measure->cells; cell < end; cell++)
		if (cell->minus)
			cell->result += cell->plus->best - cell->minus->best;
	for (struct cell *cell = measure->cells; cell < end; cell++)
		if (cell->baseline)
			compare(cell, measure->rounds, scratch);
}

int measure_run(struct measure *measure, unsigned int rounds, struct xe_error *error)
{
	double *scratch = calloc(rounds, sizeof(*scratch)), ignored;
	int err = 0;

	measure->rounds = rounds;
	for (size_t i = 0; i < measure->count; i++) {
		measure->cells[i].values = calloc(rounds, sizeof(double));
		if (!scratch || !measure->cells[i].values) {
			err = xe_fail(error, ENOMEM, "no memory for %u rounds", rounds);
			goto out;
		}
		/* the first sample of a cell warms caches and is not kept */
		err = measure->cells[i].sample(measure->cells[i].context, &ignored, error);
		if (err)
			goto out;
	}
	for (unsigned int round = 0; round < rounds; round++) {
		for (size_t i = 0; i < measure->count; i++) {
			/* another first each round, so that no cell always follows the same one */
			struct cell *cell = &measure->cells[(i + round) % measure->count];

			err = cell->sample(cell->context, &cell->values[round], error);
			if (err)
				goto out;
		}
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
