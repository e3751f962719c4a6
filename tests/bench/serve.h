/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * serve.h - replies per second of the userspace paths and of what a user would pick instead:
 * server, generator and the kernel between them on one CPU.
 */
#ifndef BENCH_SERVE_H
#define BENCH_SERVE_H

#include "run.h"

int serve_measure(struct measure *measure, unsigned int rounds, unsigned int milliseconds, int cpu,
		  struct xe_error *error);

#endif
