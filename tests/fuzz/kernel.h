/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kernel.h - the same frames through the XDP program, as the kernel's verifier
 * and compiler have made it (bpf_prog_test_run). Needs root.
 */
#ifndef FUZZ_KERNEL_H
#define FUZZ_KERNEL_H

#include "packet.h"
#include "settings.h"

enum { KERNEL_MIN = 14, KERNEL_MAX = 3000 }; /* what test_run takes, in one buffer */

/* Loads a program for each of the settings, and pins this thread to a CPU, whose counters tell
 * the verdict. Ends the process with a message if it cannot. */
void kernel_load(void);

/* What the program says of a frame that came `before` times a moment ago; `out` gets its bytes. */
xe_verdict kernel_answer(int settings, const __u8 *frame, size_t size, int before, __u8 *out,
			 int *action);

#endif
