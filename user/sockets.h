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
#include "error.h"
#include "nic.h"

struct sockets;

/*
 * Binds all that the policy asks for. Pings wait in the sockets from now on, and
 * share the ports with an earlier agent of the interface. On failure nothing is
 * bound; a port that somebody else holds is named together with its holder.
 * `nic` outlives the sockets.
 */
int sockets_open(struct sockets **out, const struct nic *nic, const struct xe_policy *policy,
		 struct xe_error *error);

/* Begins to answer, with the addresses and into the counters of `state`; once is enough. */
int sockets_start(struct sockets *sockets, struct xe_state *state, struct xe_error *error);

/*
 * Obeys another policy (NULL: the same one) and serves the devices that there are
 * by now. On failure all stays as it was. What is no longer served is answered
 * to the last ping that came before.
 */
int sockets_follow(struct sockets *sockets, const struct xe_policy *policy, struct xe_error *error);

/* Leaves the ports to others, answers what waits, and ends. NULL is fine. */
void sockets_close(struct sockets *sockets);

#endif
