// SPDX-License-Identifier: GPL-2.0-only
/* report.c - see report.h. */
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <string.h>
#include <sys/utsname.h>

#include "report.h"

static bool meets_target(const struct measure *measure, const struct cell *cell)
{
	double value = cell->baseline ? cell->ratio : cell->result;

	return measure->more_is_better ? value >= cell->target : value <= cell->target;
}

/* How far two measurements of the same thing are from each other, at most. */
static double noise(const struct measure *measure)
{
	double worst = 0;

	for (size_t i = 0; i < measure->count; i++) {
		const struct cell *cell = &measure->cells[i];

		if (cell->again && !cell->left_out)
			worst = fmax(worst, fabs(cell->ratio - 1));
	}
	return worst;
}

void report_table(FILE *out, const struct measure *measure)
{
	const char *load = "";

	fprintf(out, "\n%s (%s), %u rounds\n", measure->title, measure->unit, measure->rounds);
	fprintf(out, "%-26s %-22s %8s %8s %7s  %6s %7s %7s  %s\n", "load", "contender", "result",
		"median", "spread", "ratio", "paired", "spread", "target");
	for (size_t i = 0; i < measure->count; i++) {
		const struct cell *cell = &measure->cells[i];

		if (cell->left_out)
			continue;
		fprintf(out, "%-26s %-22s %8.2f %8.2f %6.1f%%",
			strcmp(load, cell->load) ? cell->load : "", cell->contender, cell->result,
			cell->median, cell->spread * 100);
		if (cell->baseline)
			fprintf(out, "  %6.3f %7.3f %6.1f%%", cell->ratio, cell->paired,
				cell->paired_spread * 100);
		if (cell->target > 0)
			fprintf(out, "%s  %.2f %s",
				cell->baseline ? "" : "                          ", cell->target,
				meets_target(measure, cell) ? "met" : "MISSED");
		if (cell->against_rivals && cell->baseline)
			fprintf(out, "%sagainst %s", cell->target > 0 ? ", " : "  ",
				cell->baseline->contender);
		fputc('\n', out);
		load = cell->load;
	}
	if (noise(measure) > 0)
		fprintf(out, "noise: the same thing measured twice differs by %.1f %%\n",
			noise(measure) * 100);
}

static json_t *cell_json(const struct measure *measure, const struct cell *cell)
{
	json_t *object = json_pack("{ss ss sf sf sf sf}", "contender", cell->contender, "load",
				   cell->load, "result", cell->result, "median", cell->median,
				   "spread", cell->spread, "best", cell->best);
	json_t *values = json_array();

	for (unsigned int i = 0; i < measure->rounds; i++)
		json_array_append_new(values, json_real(cell->values[i]));
	json_object_set_new(object, "values", values);
	if (cell->baseline) {
		json_object_set_new(object, "baseline", json_string(cell->baseline->contender));
		json_object_set_new(object, "ratio", json_real(cell->ratio));
		json_object_set_new(object, "paired", json_real(cell->paired));
		json_object_set_new(object, "paired_spread", json_real(cell->paired_spread));
	}
	if (cell->target > 0) {
		json_object_set_new(object, "target", json_real(cell->target));
		json_object_set_new(object, "met", json_boolean(meets_target(measure, cell)));
	}
	return object;
}

static json_t *measure_json(const struct measure *measure)
{
	json_t *cells = json_array();

	for (size_t i = 0; i < measure->count; i++)
		if (!measure->cells[i].left_out)
			json_array_append_new(cells, cell_json(measure, &measure->cells[i]));
	return json_pack("{ss ss ss sb si sf so}", "name", measure->name, "title", measure->title,
			 "unit", measure->unit, "more_is_better", measure->more_is_better, "rounds",
			 measure->rounds, "noise", noise(measure), "cells", cells);
}

int report_json(const char *path, const struct measure *measures, size_t count,
		struct xe_error *error)
{
	json_t *root, *list = json_array();
	struct utsname host;
	int err;

	uname(&host);
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, measure_json(&measures[i]));
	root = json_pack("{si ss ss so}", "schema_version", 1, "kernel", host.release, "machine",
			 host.machine, "measures", list);
	err = root ? json_dump_file(root, path, JSON_INDENT(1) | JSON_REAL_PRECISION(6)) : -1;
	json_decref(root);
	return err ? xe_fail(error, EIO, "cannot write %s", path) : 0;
}
