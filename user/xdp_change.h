/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xdp_change.h - other rules for an attached XDP program, whether its agent
 * lives or not: a new program is loaded, and takes the place of the old one
 * behind the pinned link between two packets, or beside it in libxdp's dispatcher.
 */
#ifndef XE_XDP_CHANGE_H
#define XE_XDP_CHANGE_H

#include "nic.h"
#include "xdp_program.h"

struct xdp_change {
	int link;          /* -1: the program is in libxdp's dispatcher, or there is none */
	int before, after; /* -1 where no program is attached */
	bool dispatched;
	struct nic nic; /* in the dispatcher: where */
	__u32 mode;     /* XE_NATIVE or XE_GENERIC */
	int sockets;    /* the AF_XDP sockets behind it; -1: none */
	struct xdp_rules rules;
};

void xdp_change_init(struct xdp_change *change);
void xdp_change_close(struct xdp_change *change);

/*
 * Loads; nothing has changed yet. An attachment without a program is no error. The
 * rules must outlive the change.
 */
int xdp_change_prepare(struct xdp_change *change, const struct store *store,
		       const struct xdp_rules *rules, struct xe_error *error);

int xdp_change_commit(struct xdp_change *change, const struct store *store, struct xe_error *error);

/* After a commit: the earlier program again. */
int xdp_change_undo(const struct xdp_change *change, const struct store *store,
		    struct xe_error *error);

#endif
