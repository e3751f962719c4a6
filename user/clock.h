/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * clock.h - the clock of the rate buckets, outside of BPF.
 *
 * The XDP program counts in jiffies, and shares its buckets with the socket
 * path. Jiffies follow CLOCK_MONOTONIC tick by tick, so that their distance is
 * a constant of the running kernel: measured once, when a program is loaded.
 */
#ifndef XE_CLOCK_H
#define XE_CLOCK_H

#include "abi.h"

/* How long a tick is, nanoseconds: 1,000,000 to 10,000,000. */
__u64 clock_tick(void);

/* Packets per second as the interval of struct xe_policy. */
__u64 clock_interval(__u32 pps);

/* Now, in units of the buckets: what an environment of the rules takes. */
__u64 clock_now(const struct xe_state *state);

/* What clock_now adds, so that it shows `ticks`, jiffies of the kernel, at this moment. */
__u64 clock_offset_to(__u64 ticks);

/* The same, within some ticks, where the kernel does not tell. */
__u64 clock_offset_guess(void);

#endif
