/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cmd_detach.h - taking one attachment away, for the commands that do so.
 */
#ifndef XE_CMD_DETACH_H
#define XE_CMD_DETACH_H

#include "command.h"
#include "store.h"

/* Ends the agent, takes the program off, removes pins and files. The store need not be open. */
int detach_one(struct store *store, struct xe_error *error);

#endif
