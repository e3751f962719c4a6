/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * names.h - the words for paths, families and reasons, the same in every output.
 */
#ifndef XE_NAMES_H
#define XE_NAMES_H

#include <stdbool.h>

#include "abi.h"

const char *path_name(__u32 path);     /* XE_PATHS is "auto" */
const char *family_name(__u32 family); /* "ipv4", "ipv6", "other" */

struct reason {
	__u32 number; /* enum xe_reason */
	const char *name;
	const char *text; /* what it means, in one sentence */
};

/* Every reason in the order of its number; ends with a NULL name. */
extern const struct reason reasons[];

static inline bool reason_is_drop(__u32 number)
{
	return number >= XE_FIRST_DROP;
}

#endif
