/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * socket_open.h - one UDP socket of the socket path, from its options to its end.
 */
#ifndef XE_SOCKET_OPEN_H
#define XE_SOCKET_OPEN_H

#include <linux/types.h>
#include <stdbool.h>

#include "error.h"

/* Where a socket listens. */
struct socket_place {
	__u32 ifindex; /* the device that it is bound to */
	__u32 vlan;    /* VLAN key under which the device's frames arrive */
	__u16 port;    /* wire order */
	__u8 family;   /* enum xe_family */
};

/*
 * A bound socket, from now on in the kernel's look-up; its pings wait until they
 * are read. Returns the descriptor. -EAFNOSUPPORT: the kernel has no such family.
 */
int socket_open(const struct socket_place *place, const char *interface, struct xe_error *error);

/*
 * The workers' sockets of one place, opened in the workers' order: each gets the pings that are
 * received on its share of the CPUs, and not those that a hash of the flow chooses. False if
 * the kernel does not take that; the hash is as right, only slower.
 */
bool socket_steer_by_cpu(int fd, __u32 workers);

/* IPv4: whether what it sends has DF set. Not so at first; false if that cannot be changed. */
bool socket_set_df(int fd, bool df);

/*
 * Takes a socket out of the kernel's look-up: new pings go to another socket of
 * the same place, if there is one. Those that wait in it can still be answered,
 * after a grace period no more come.
 */
void socket_retire(int fd, __u8 family);

#endif
