// SPDX-License-Identifier: GPL-2.0-only
/*
 * main.c - the benchmarks' command.
 *
 *   bench [--smoke] [--json FILE] [--rounds N] [--cpu N] [MEASURE...]
 */
#include <getopt.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cost.h"
#include "flood.h"
#include "report.h"

struct options {
	bool smoke; /* seconds, to see that the harness works; the figures mean nothing */
	const char *json;
	unsigned int rounds; /* 0: the measure's own */
	int cpu;
	char **measures; /* names, none: all */
};

static int run_cost(struct measure *measure, const struct options *options, struct xe_error *error)
{
	unsigned int rounds = options->rounds ? options->rounds : 60;

	return cost_measure(measure, options->smoke ? 2 : rounds, options->smoke ? 3 : 60, error);
}

static int run_flood(struct measure *measure, const struct options *options, struct xe_error *error)
{
	unsigned int rounds = options->rounds ? options->rounds : 40;

	return flood_measure(measure, options->smoke ? 2 : rounds, options->smoke ? 1000 : 16384,
			     error);
}

static const struct {
	const char *name;
	int (*run)(struct measure *measure, const struct options *options, struct xe_error *error);
} table[] = {
	{"cost", run_cost},
	{"flood", run_flood},
};

enum { MEASURES = sizeof(table) / sizeof(table[0]) };

static bool wanted(const struct options *options, const char *name)
{
	if (!*options->measures)
		return true;
	for (char **measure = options->measures; *measure; measure++)
		if (!strcmp(*measure, name))
			return true;
	return false;
}

static int run(const struct options *options, struct xe_error *error)
{
	struct measure measures[MEASURES];
	size_t count = 0;
	int err = 0;

	for (size_t i = 0; i < MEASURES && !err; i++) {
		if (!wanted(options, table[i].name))
			continue;
		err = table[i].run(&measures[count], options, error);
		if (!err)
			report_table(stdout, &measures[count]);
		count++;
	}
	if (!err && options->json)
		err = report_json(options->json, measures, count, error);
	while (count)
		measure_free(&measures[--count]);
	return err;
}

static void pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		perror("bench: not pinned to one CPU");
}

static int usage(FILE *out, int status)
{
	fprintf(out, "usage: bench [--smoke] [--json FILE] [--rounds N] [--cpu N] [MEASURE...]\n"
		     "measures:");
	for (size_t i = 0; i < MEASURES; i++)
		fprintf(out, " %s", table[i].name);
	fputc('\n', out);
	return status;
}

int main(int argc, char **argv)
{
	static const struct option longs[] = {
		{"smoke", no_argument, NULL, 's'},        {"json", required_argument, NULL, 'j'},
		{"rounds", required_argument, NULL, 'r'}, {"cpu", required_argument, NULL, 'c'},
		{"help", no_argument, NULL, 'h'},         {NULL, 0, NULL, 0},
	};
	struct options options = {.cpu = sysconf(_SC_NPROCESSORS_ONLN) - 1};
	struct xe_error error = {0};
	int option;

	while ((option = getopt_long(argc, argv, "h", longs, NULL)) != -1) {
		switch (option) {
		case 's':
			options.smoke = true;
			break;
		case 'j':
			options.json = optarg;
			break;
		case 'r':
			options.rounds = strtoul(optarg, NULL, 10);
			break;
		case 'c':
			options.cpu = strtoul(optarg, NULL, 10);
			break;
		case 'h':
			return usage(stdout, 0);
		default:
			return usage(stderr, 2);
		}
	}
	options.measures = argv + optind;
	pin(options.cpu);
	if (run(&options, &error)) {
		fprintf(stderr, "bench: %s\n", error.text);
		return 1;
	}
	return 0;
}
