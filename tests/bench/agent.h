/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * agent.h - what the command costs beside the packets: the time from `attach` of two interfaces
 * to the first reply on both, and the memory of an agent.
 */
#ifndef BENCH_AGENT_H
#define BENCH_AGENT_H

#include "run.h"

int attach_measure(struct measure *measure, unsigned int rounds, struct xe_error *error);
int memory_measure(struct measure *measure, unsigned int rounds, struct xe_error *error);

#endif
