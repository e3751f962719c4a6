/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xdp_program.h - loads our XDP programs for one interface.
 */
#ifndef XE_XDP_PROGRAM_H
#define XE_XDP_PROGRAM_H

#include "abi.h"
#include "error.h"
#include "store.h"

enum { NO_SOCKETS = -1 };

/* What a program judges by; constant for it. */
struct xdp_rules {
	const struct xe_policy *policy;
	const struct store_lists *lists;
};

/* Those in force. */
struct xdp_rules xdp_rules_of(const struct store *store);

/*
 * Loads the program that serves `path` by these rules, counting into the
 * store's state, which becomes its global data. That of XE_AFXDP redirects to the
 * AF_XDP sockets in the map `sockets` (xdp_program_sockets); the others answer
 * by themselves and take NO_SOCKETS. Returns a descriptor of the program, or a
 * negative errno with the verifier's words.
 */
int xdp_program_load(const struct store *store, const struct xdp_rules *rules, __u32 path,
		     int sockets, struct xe_error *error);

/*
 * The same, but `load` loads the program `name` of the object, as it sees fit. A
 * negative errno, without words.
 */
struct bpf_object;
typedef int xdp_program_loader(struct bpf_object *object, const char *name, void *argument);
int xdp_program_load_with(const struct store *store, const struct xdp_rules *rules, __u32 path,
			  int sockets, xdp_program_loader *load, void *argument);

/* The kernel's number of a program, by its descriptor; 0 for none. */
__u32 xdp_program_id(int program);

/* An empty map of AF_XDP sockets, by receive queue: a descriptor, or a negative errno. */
int xdp_program_sockets(struct xe_error *error);

#endif
