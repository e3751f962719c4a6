/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * path_xdp.h - the XDP program on an interface, native or generic, held by a
 * pinned bpf_link.
 */
#ifndef XE_PATH_XDP_H
#define XE_PATH_XDP_H

#include "path.h"

extern const struct path_ops path_xdp_ops;

/* Takes the program of an attachment off its interface, with no agent needed.
 * Nothing there is no error. */
int path_xdp_detach(const struct store *store, struct xe_error *error);

#endif
