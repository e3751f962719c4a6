/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * privileges.h - gives up every capability that is no longer needed (libcap-ng).
 */
#ifndef XE_PRIVILEGES_H
#define XE_PRIVILEGES_H

#include <linux/types.h>

#include "error.h"

/* Keeps the capabilities of the mask (bit n is capability n), and no others, ever again. */
int privileges_keep(__u64 mask, struct xe_error *error);

/* Capabilities belong to threads: gives up all of the calling one's. */
void privileges_drop_thread(void);

/* The name of capability n without "cap_", such as "net_admin"; NULL if it has none. */
const char *privileges_name(int capability);

/* The effective capabilities of the caller, as such a mask. */
__u64 privileges_effective(void);

#endif
