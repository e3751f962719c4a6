/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * call_filter.h - limits a process to the system calls that it needs (seccomp, by
 * libseccomp). Which they are stands in tables: one of what every process of ours needs, and those
 * of each program.
 */
#ifndef XE_CALL_FILTER_H
#define XE_CALL_FILTER_H

#include <linux/types.h>
#include <seccomp.h>

#include "error.h"

/* A system call that is allowed; with conditions, only if its arguments meet all of them. */
struct call_rule {
	int call;
	__u8 conditions;
	struct scmp_arg_cmp condition[2];
};

#define CALL(name) .call = SCMP_SYS(name)
#define CALL_IF(name, ...) .call = SCMP_SYS(name), .conditions = 1, .condition = {__VA_ARGS__}
#define CALL_IF_BOTH(name, ...) .call = SCMP_SYS(name), .conditions = 2, .condition = {__VA_ARGS__}

/* Argument number n is the value; or has the value in the bits of the mask. */
#define ARGUMENT(n, value)                                                                         \
	{                                                                                          \
		n, SCMP_CMP_EQ, (__u32)(value), 0                                                  \
	}
#define ARGUMENT_BITS(n, mask, value)                                                              \
	{                                                                                          \
		n, SCMP_CMP_MASKED_EQ, (__u32)(mask), (__u32)(value)                               \
	}

struct call_table {
	const struct call_rule *rules;
	size_t count;
};

#define CALL_TABLE(array)                                                                          \
	{                                                                                          \
		array, sizeof(array) / sizeof(*(array))                                            \
	}

/*
 * From here on every thread of the process can make the calls of these tables, and
 * the common ones. All else fails with EPERM, which the kernel's log tells: a
 * library that tries something new goes on without it, and so does the service.
 */
int call_filter_load(const struct call_table *tables, size_t count, struct xe_error *error);

#endif
