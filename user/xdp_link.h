/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xdp_link.h - an XDP program on an interface, held by a pinned bpf_link, so
 * that it stays when its process ends. Whatever program it is: the one that
 * answers (path_xdp.c) or the one that redirects (path_afxdp.c).
 *
 * A bpf_link is the only one on its interface, cannot be taken off by mistake,
 * costs nothing a packet, and changes its program between two packets. Where
 * other programs are attached already through libxdp's dispatcher, ours joins
 * them there instead (xdp_dispatcher.h), or where it was asked for, so that
 * others can come later.
 */
#ifndef XE_XDP_LINK_H
#define XE_XDP_LINK_H

#include "path.h"

/* What an earlier attach of this interface left behind; -1 where there is nothing. */
struct xdp_link_old {
	int program, link;
	__u32 id;        /* of the program; 0 where there is none */
	__u32 mode;      /* XE_NATIVE or XE_GENERIC */
	bool dispatched; /* then there is no link */
};

/* The program on an interface, whosever it is. */
struct attached_program {
	__u32 id;
	char name[16];
	const char *keyword; /* ip-link(8)'s for its mode: "xdpdrv", "xdpgeneric", "xdpoffload" */
};

/* False if there is none. The name is "" where the kernel does not say. */
bool xdp_link_program(const struct nic *nic, struct attached_program *program);

/* XE_NATIVE or XE_GENERIC: the mode of the program on an interface that has one. */
__u32 xdp_link_mode(const struct nic *nic);

#define XDP_LINK_DISPATCHED "through libxdp's dispatcher"

struct xdp_link {
	const struct path_context *context;
	__u32 mode;        /* XE_NATIVE or XE_GENERIC */
	const char *words; /* what errors begin with */
	int program, link;
	bool dispatched; /* through libxdp's dispatcher: there is no link */
	struct xdp_link_old old;
};

/*
 * Begins: finds what an earlier attach left, and refuses an interface that is
 * not Ethernet or has a program of somebody else. Changes nothing. `words` must
 * outlive the link. xdp_link_close is due in any case.
 */
int xdp_link_open(struct xdp_link *link, const struct path_context *context, __u32 mode,
		  const char *words, struct xe_error *error);

/*
 * Loads the program of `path` (xdp_program.h), attaches and pins it. An earlier
 * program of the same mode is replaced between two packets. On failure all is as before.
 */
int xdp_link_attach(struct xdp_link *link, __u32 path, int sockets, struct xe_error *error);

/* Somebody with more rights has replaced the program (xdp_change.h): keeps the new one. */
int xdp_link_follow(struct xdp_link *link, struct xe_error *error);

/* Is it still on the interface? -ENOENT if it was taken off. */
int xdp_link_check(const struct xdp_link *link, struct xe_error *error);

/* Takes it off the interface, and removes its pins. */
void xdp_link_remove(struct xdp_link *link);

/* Closes descriptors; the program stays attached. */
void xdp_link_close(struct xdp_link *link);

/*
 * Takes the program of an attachment off its interface, with no agent needed.
 * Nothing there is no error. One in a dispatcher needs the caller to be in the
 * interface's network namespace, or able to enter it.
 */
int xdp_link_detach(const struct store *store, struct xe_error *error);

#endif
