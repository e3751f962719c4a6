/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nic_route.h - where the kernel would send a packet; nothing is sent.
 */
#ifndef XE_NIC_ROUTE_H
#define XE_NIC_ROUTE_H

#include "nic.h"

struct nic_route {
	__u32 ifindex; /* the interface it would leave by */
	__u32 table;   /* the routing table that said so */
	bool has_gateway;
	__u8 gateway[16]; /* wire order; IPv4 in the first four */
};

/*
 * The route of a packet from `source`, which must be an address of this host,
 * to somewhere on the Internet. -ENETUNREACH and the like where there is none.
 */
int nic_route_from(const struct nic_address *source, struct nic_route *route);

/* A default route by an interface, in whatever table. -ENOENT if there is none. */
int nic_default_route(__u32 ifindex, __u8 family, struct nic_route *route);

#endif
