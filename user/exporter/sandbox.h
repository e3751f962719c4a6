/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sandbox.h - what a process that strangers talk to does not need, it gives up.
 */
#ifndef XE_SANDBOX_H
#define XE_SANDBOX_H

#include "error.h"

/*
 * Keeps no capability (CAP_BPF alone on kernels that want it for reading pins),
 * and no system call but those of serving HTTP and reading pins and files.
 */
int sandbox_enter(struct xe_error *error);

#endif
