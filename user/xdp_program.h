/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xdp_program.h - loads our XDP program for one interface.
 */
#ifndef XE_XDP_PROGRAM_H
#define XE_XDP_PROGRAM_H

#include "abi.h"
#include "error.h"
#include "store.h"

/*
 * Loads the program that serves `path` by the state's policy, counting into
 * the state, which becomes its global data. Returns a descriptor of the
 * program, or a negative errno with the verifier's words.
 */
int xdp_program_load(const struct store *store, __u32 path, struct xe_error *error);

#endif
