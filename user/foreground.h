/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * foreground.h - `attach --foreground`: stays with its agents, tells systemd
 * when they are ready, and detaches when it is ended.
 */
#ifndef XE_FOREGROUND_H
#define XE_FOREGROUND_H

#include "agent_process.h"
#include "command.h"

/* Until SIGTERM or SIGINT, then detaches and returns 0; -ECHILD once no agent is left. */
int foreground_run(const struct agent_process *agents, const struct invocation *invocation,
		   struct xe_error *error);

#endif
