/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nic_peer.h - the other end of a veth, which has a say in whether native XDP can reply: what is
 * transmitted there arrives only if that end has a native program, too. No error tells.
 */
#ifndef XE_NIC_PEER_H
#define XE_NIC_PEER_H

#include <limits.h>

#include "nic.h"

struct nic_peer {
	struct nic nic;
	char netns[NAME_MAX + 1]; /* its name under /run/netns; "" for the caller's */
};

/* False where the peer is in a namespace that cannot be looked into. */
bool nic_find_peer(const struct nic *nic, struct nic_peer *peer);

/* Is it known that what native XDP transmits here is lost? */
bool nic_is_mute(const struct nic *nic);

#endif
