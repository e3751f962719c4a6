/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * agent_sandbox.h - the system calls of an agent that has settled.
 */
#ifndef XE_AGENT_SANDBOX_H
#define XE_AGENT_SANDBOX_H

#include <linux/types.h>

#include "error.h"

/*
 * Gives up all others, in every thread. `asked` is the path that attach was asked
 * for: an agent that will never have an XDP program, or AF_XDP sockets, cannot make
 * them. Whatever capabilities are left, it can run no program, make no process
 * and no TCP connection, and write to no file but those that it has open.
 */
int agent_sandbox_enter(__u32 asked, struct xe_error *error);

#endif
