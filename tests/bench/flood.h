/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * flood.h - replies per second on one core: a generator of live frames, a veth, the
 * server's program and a sink that counts what comes back, all on the caller's CPU.
 */
#ifndef BENCH_FLOOD_H
#define BENCH_FLOOD_H

#include "run.h"

/* `requests` are sent in each of a sample's spells. */
int flood_measure(struct measure *measure, unsigned int rounds, unsigned int requests,
		  struct xe_error *error);

#endif
