// SPDX-License-Identifier: GPL-2.0-only
/* names.c - see names.h. */
#include <stddef.h>

#include "names.h"

const char *path_name(__u32 path)
{
	static const char *const names[] = {"native", "generic", "afxdp", "socket", "auto"};

	_Static_assert(sizeof(names) / sizeof(*names) == XE_PATHS + 1, "a name for each path");
	return path <= XE_PATHS ? names[path] : "unknown";
}

const char *family_name(__u32 family)
{
	static const char *const names[] = {"ipv4", "ipv6", "other"};

	_Static_assert(sizeof(names) / sizeof(*names) == XE_FAMILIES, "a name for each family");
	return family < XE_FAMILIES ? names[family] : "unknown";
}

const struct reason reasons[] = {
#define X(number, id, name, text) {number, name, text},
	XE_REASONS(X)
#undef X
		{0, NULL, NULL},
};
