/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * trip.h - single pings: the round trip at 1,000 a second, and the CPU time of a reply at
 * 100,000 a second. The client is on one CPU, a server's process on another.
 */
#ifndef BENCH_TRIP_H
#define BENCH_TRIP_H

#include "run.h"

/* `percent` of the round trips take no longer than the result: 50 or 99. */
int trip_measure(struct measure *measure, unsigned int rounds, unsigned int pings, int percent,
		 int cpu, struct xe_error *error);
int spent_measure(struct measure *measure, unsigned int rounds, unsigned int pings, int cpu,
		  struct xe_error *error);

#endif
