/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * grace.h - waits for the kernel's packet path to forget what it has looked up.
 */
#ifndef XE_GRACE_H
#define XE_GRACE_H

/*
 * Returns after an RCU grace period: no packet is on its way any more with what
 * it found (an address table, a socket) before the call. Blocks for some
 * milliseconds.
 */
void wait_grace_period(void);

#endif
