/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cost.h - what the program costs a packet, by bpf_prog_test_run: the product
 * under each load and with each rule on and off, against a program that drops and
 * one that swaps MACs.
 */
#ifndef BENCH_COST_H
#define BENCH_COST_H

#include "run.h"

int cost_measure(struct measure *measure, unsigned int rounds, unsigned int spells,
		 struct xe_error *error);

#endif
