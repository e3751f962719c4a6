// SPDX-License-Identifier: GPL-2.0-only
/* clock.c - see clock.h. */
#include <time.h>

#include "clock.h"

#define SECOND 1000000000ULL

/* The coarse clock moves with the tick, and its resolution is the tick's length. */
__u64 clock_tick(void)
{
	struct timespec tick = {};

	clock_getres(CLOCK_MONOTONIC_COARSE, &tick);
	return tick.tv_nsec > 0 ? (__u64)tick.tv_nsec : SECOND / 100;
}

__u64 clock_interval(__u32 pps)
{
	__u64 tick = clock_tick(), pps_ticks = pps * tick; /* packets per tick, times SECOND */

	return ((SECOND << XE_TICK_SHIFT) + pps_ticks / 2) / pps_ticks;
}

/* 128 bits, as nanoseconds with the fraction's bits would overflow after 18 minutes. */
static __u64 since_boot(void)
{
	struct timespec now = {};

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return ((unsigned __int128)(now.tv_sec * SECOND + now.tv_nsec) << XE_TICK_SHIFT) /
	       clock_tick();
}

__u64 clock_now(const struct xe_state *state)
{
	/* the agent sets it anew while workers read it */
	return since_boot() + __atomic_load_n(&state->info.clock_offset, __ATOMIC_RELAXED);
}

__u64 clock_offset_to(__u64 ticks)
{
	return (ticks << XE_TICK_SHIFT) - since_boot();
}

/* Jiffies begin five minutes before they would no longer fit in 32 bits. */
__u64 clock_offset_guess(void)
{
	return ((1ULL << 32) - 300 * SECOND / clock_tick()) << XE_TICK_SHIFT;
}
