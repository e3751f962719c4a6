/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * port_owner.h - which process holds a UDP port that we want.
 */
#ifndef XE_PORT_OWNER_H
#define XE_PORT_OWNER_H

#include <linux/types.h>
#include <stddef.h>

/*
 * Writes who stands in the way of a socket that is to be bound to `port` (wire
 * order) on device `ifindex`: "COMMAND (pid PID)", or as much of it as can be
 * found out. Agents of ours do not count: they share their ports with us.
 */
void port_owner(__u16 port, __u8 family, __u32 ifindex, char *text, size_t size);

#endif
