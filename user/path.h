/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * path.h - a way in which packets are answered, behind one interface.
 *
 * native and generic are the XDP program in the kernel (path_xdp.c), afxdp is
 * threads behind another XDP program (path_afxdp.c), socket is no more than what runs beneath all
 * of them (path_socket.c, sockets.h). A path knows its interface and its state, and nothing of
 * commands or of the agent.
 */
#ifndef XE_PATH_H
#define XE_PATH_H

#include <linux/capability.h>

#include "abi.h"
#include "error.h"
#include "nic.h"
#include "store.h"

/*
 * To attach an XDP program (NET_ADMIN), and to load one: again after somebody took it off, and
 * anew with every policy (BPF, and PERFMON for arithmetic on packet pointers).
 */
#define PATH_XDP_CAPABILITIES (1ULL << CAP_NET_ADMIN | 1ULL << CAP_BPF | 1ULL << CAP_PERFMON)

/* What every path is given. Outlives the path. */
struct path_context {
	const struct nic *nic;
	struct store *store; /* open and writable; policy and table are in force */
};

struct path; /* one running path; each backend has its own */

struct path_ops {
	/*
	 * What check, reload and a new start need of the process, capabilities(7):
	 * bit n is capability n. The first start needs more.
	 */
	__u64 capabilities;

	/*
	 * Begins to answer, replacing what an earlier attach of this interface
	 * left, without losing a packet where the kernel can. Says in the info's
	 * `detail`, which is empty, what there is to say of how. On failure all is
	 * as before, and the error says why not, in the kernel's words.
	 */
	int (*start)(const struct path_context *context, __u32 path, struct path **out,
		     struct xe_error *error);

	/* The command has changed the policy, and swapped the XDP program already. */
	int (*reload)(struct path *path, struct xe_error *error);

	/*
	 * Is it still in place? 0, or a negative errno and what was found instead.
	 * What changed without breaking it, such as the number of queues, it follows.
	 */
	int (*check)(struct path *path, struct xe_error *error);

	/* Takes it off the interface. */
	void (*stop)(struct path *path);

	/* Frees `path`. What the kernel does by itself goes on; what a process did is
	 * left to the socket path. */
	void (*release)(struct path *path);
};

/* The backend of a path, or NULL if this build has none. */
const struct path_ops *path_ops(__u32 path);

/*
 * Starts the path that was asked for: that one alone, or for XE_PATHS ("auto")
 * the best that works, each tried in turn. Writes path, reason and refusals to
 * the state's info. If none works, the error gives every refusal.
 */
int path_choose(const struct path_context *context, __u32 asked, const struct path_ops **ops,
		struct path **out, struct xe_error *error);

/*
 * Nothing is attached, and the path asked for cannot be: adds to the error which others can. Each
 * is tried, and taken off again.
 */
void path_name_others(const struct path_context *context, __u32 asked, struct xe_error *error);

#endif
