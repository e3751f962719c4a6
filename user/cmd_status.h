/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cmd_status.h - showing attachments, for the commands that end by doing so.
 */
#ifndef XE_CMD_STATUS_H
#define XE_CMD_STATUS_H

#include <stddef.h>

#include "command.h"
#include "render.h"

struct renderer {
	void (*text)(const struct attachment *list, size_t count);
	int (*json)(const struct attachment *list, size_t count, struct xe_error *error);
};

/* Shows the interfaces that the command line names, or all. */
int show(const struct invocation *invocation, const struct renderer *renderer,
	 struct xe_error *error);

int show_status(const struct invocation *invocation, struct xe_error *error);

#endif
