// SPDX-License-Identifier: GPL-2.0-only
/*
 * main.c - the benchmarks' command.
 *
 *   bench [--smoke] [--json FILE] [--rounds N] [--cpu N] [--load TEXT] [MEASURE...]
 */
#include <getopt.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent.h"
#include "cost.h"
#include "flood.h"
#include "report.h"
#include "serve.h"
#include "server.h"
#include "trip.h"

/* Six measures take long: all of them are done within ten minutes. */
enum { MEASURE_SECONDS = 80 };

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

/* The CPU that servers are on: another than ours, if there is one. */
static int other_cpu(const struct options *options)
{
	return options->cpu ? 0 : sysconf(_SC_NPROCESSORS_ONLN) - 1;
}

static unsigned int rounds_of(const struct options *options, unsigned int usual)
{
	if (options->smoke)
		return 1;
	return options->rounds ? options->rounds : usual;
}

static int run_serve(struct measure *measure, const struct options *options, struct xe_error *error)
{
	return serve_measure(measure, rounds_of(options, 20), options->smoke ? 10 : 40,
			     options->cpu, error);
}

static int run_trip(struct measure *measure, const struct options *options, struct xe_error *error)
{
	return trip_measure(measure, rounds_of(options, 15), options->smoke ? 20 : 200, 50,
			    other_cpu(options), error);
}

static int run_trip99(struct measure *measure, const struct options *options,
		      struct xe_error *error)
{
	return trip_measure(measure, rounds_of(options, 10), options->smoke ? 20 : 400, 99,
			    other_cpu(options), error);
}

static int run_spent(struct measure *measure, const struct options *options, struct xe_error *error)
{
	return spent_measure(measure, rounds_of(options, 25), options->smoke ? 500 : 5000,
			     other_cpu(options), error);
}

static int run_attach(struct measure *measure, const struct options *options,
		      struct xe_error *error)
{
	return attach_measure(measure, rounds_of(options, 15), error);
}

static int run_memory(struct measure *measure, const struct options *options,
		      struct xe_error *error)
{
	return memory_measure(measure, rounds_of(options, 3), error);
}

static const struct {
	const char *name;
	int (*run)(struct measure *measure, const struct options *options, struct xe_error *error);
} table[] = {
	{"cost", run_cost},     {"flood", run_flood},   {"servers", run_serve},
	{"trip", run_trip},     {"trip99", run_trip99}, {"spent", run_spent},
	{"attach", run_attach}, {"memory", run_memory},
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
	fprintf(out, "usage: bench [--smoke] [--json FILE] [--rounds N] [--cpu N]\n"
		     "             [--load TEXT] [MEASURE...]\n"
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
		{"load", required_argument, NULL, 'o'},   {"help", no_argument, NULL, 'h'},
		{"serve", no_argument, NULL, 'l'},        {NULL, 0, NULL, 0},
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
		case 'o':
			run_only_loads(optarg);
			break;
		case 'l': /* one of the contenders */
			return server_loop() ? 1 : 0;
		case 'h':
			return usage(stdout, 0);
		default:
			return usage(stderr, 2);
		}
	}
	options.measures = argv + optind;
	pin(options.cpu);
	run_catch_signals();
	if (!options.rounds)
		run_limit_time(MEASURE_SECONDS);
	if (run(&options, &error)) {
		fprintf(stderr, "bench: %s\n", error.text);
		return 1;
	}
	return 0;
}
