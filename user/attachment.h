/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * attachment.h - what renderers are given: attachments, however they are stored.
 */
#ifndef XE_ATTACHMENT_H
#define XE_ATTACHMENT_H

#include <sys/types.h>

#include "abi.h"
#include "error.h"

/* One attachment, ready to be shown. */
struct attachment {
	const char *netns; /* "" for the initial one; with the interface's name, it is unique */
	const char *interface;
	const struct xe_state *state;
	pid_t agent; /* 0: not alive */
};

/* One that is there, and cannot be read. */
struct unreadable {
	const char *netns;
	const char *interface;
	struct xe_error error;
};

#endif
