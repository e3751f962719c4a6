/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xdp_change.h - other rules for an attached XDP program, whether its agent
 * lives or not: a new program is loaded, and takes the place of the old one
 * behind the pinned link between two packets.
 */
#ifndef XE_XDP_CHANGE_H
#define XE_XDP_CHANGE_H

#include "xdp_program.h"

struct xdp_change {
	int link, before, after; /* all -1 where no program is attached */
};

void xdp_change_init(struct xdp_change *change);
void xdp_change_close(struct xdp_change *change);

/* Loads; nothing has changed yet. An attachment without a program is no error. */
int xdp_change_prepare(struct xdp_change *change, const struct store *store,
		       const struct xdp_rules *rules, struct xe_error *error);

int xdp_change_commit(const struct xdp_change *change, const struct store *store,
		      struct xe_error *error);

/* After a commit: the earlier program again. */
int xdp_change_undo(const struct xdp_change *change, const struct store *store,
		    struct xe_error *error);

#endif
