/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xdp_dispatcher.h - our program beside those of others, through libxdp's dispatcher: an XDP
 * program that calls the programs of an interface in the order of their priorities, each of
 * which (type EXT) stands in for one of its functions.
 *
 * Every change is a new dispatcher with all programs, put in the old one's place between two
 * packets. A program is replaced by two changes: the new one joins, then the old one leaves;
 * what both pass up meanwhile is counted twice.
 */
#ifndef XE_XDP_DISPATCHER_H
#define XE_XDP_DISPATCHER_H

#include <stdbool.h>

#include "nic.h"
#include "xdp_program.h"

/* What to attach to, and for errors to begin with. */
struct dispatcher {
	const struct nic *nic;
	__u32 mode; /* XE_NATIVE or XE_GENERIC */
	const char *words;
};

/* Is the program on the interface a dispatcher? */
bool xdp_dispatcher_is_there(const struct nic *nic);

/* Is this one of its programs? Looks at pins alone, and so needs no privilege but the file's. */
bool xdp_dispatcher_holds(const struct nic *nic, __u32 program);

/* Has it any but this one? */
bool xdp_dispatcher_holds_other(const struct nic *nic, __u32 program);

/* Has this process the privilege to change one? An agent has not. */
int xdp_dispatcher_may(const char *words, struct xe_error *error);

/* Loads a program and attaches it; as xdp_program_load. */
int xdp_dispatcher_load(const struct dispatcher *dispatcher, const struct store *store,
			const struct xdp_rules *rules, __u32 path, int sockets,
			struct xe_error *error);

/* Attaches one that was loaded by it before. */
int xdp_dispatcher_put_back(const struct dispatcher *dispatcher, int program,
			    struct xe_error *error);

/* Takes a program off. That it is not there is no error; the others stay. */
int xdp_dispatcher_remove(const struct nic *nic, __u32 program, struct xe_error *error);

#endif
