/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sockets.h - the socket path: what the stack delivers is answered by UDP sockets.
 *
 * It runs beneath every other path of an attached interface, and alone in mode
 * socket. One socket for each served port, family, device (the interface and
 * the VLAN devices on it) and worker; the workers are threads of the agent.
 * All calls come from one thread.
 */
#ifndef XE_SOCKETS_H
#define XE_SOCKETS_H

#include "abi.h"
#include "addresses.h"
#include "error.h"
#include "nic.h"

struct sockets;

/* Workers that will obey `policy`, without a socket yet. `nic` outlives them. */
int sockets_open(struct sockets **out, const struct nic *nic, const struct xe_policy *policy,
		 const struct xe_prefixes *lists, struct xe_error *error);

/*
 * Begins to answer, with the addresses and into the counters of `state`; once is
 * enough. What is bound before that keeps its pings waiting.
 */
int sockets_start(struct sockets *sockets, struct xe_state *state, struct xe_error *error);

/*
 * Obeys another policy (NULL: the same one) with its prefix lists, which have to
 * stay until others are obeyed. Binds its ports on the devices that there are by
 * now, beside the sockets of an earlier agent of the interface. What is no longer
 * served is answered to the last ping that came before. On failure all stays as it
 * was; a port that somebody else holds is named together with its holder.
 */
int sockets_follow(struct sockets *sockets, const struct xe_policy *policy,
		   const struct xe_prefixes *lists, struct xe_error *error);

/*
 * Answers for these, too, whether the table of all paths has them or no room for them.
 * Owns the list from now on; NULL for none.
 */
void sockets_serve(struct sockets *sockets, struct address_list *more);

/*
 * What it takes to bind the served ports on a VLAN device that comes later, as a
 * mask of capabilities(7): none for ports from 1024 on, or where no VLAN can be.
 */
__u64 sockets_capabilities(const struct sockets *sockets);

/* How many counter slots are in use. */
__u32 sockets_workers(const struct sockets *sockets);

/* Leaves the ports to others, answers what waits, and ends. NULL is fine. */
void sockets_close(struct sockets *sockets);

#endif
