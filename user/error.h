/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * error.h - one line that says what failed, on which interface, why, and what to do.
 *
 * A function that can fail takes a struct xe_error, fills it once, and returns
 * a negative errno. Nobody below main prints or exits.
 */
#ifndef XE_ERROR_H
#define XE_ERROR_H

#include <stdbool.h>

struct xe_error {
	int code;       /* positive errno; 0 while nothing failed */
	bool is_usage;  /* the command line is wrong: exit status 2 */
	char text[768]; /* without a final full stop or newline */
};

/*
 * Fills `error` with the formatted text, and returns -code. The first failure
 * is the cause: a later call on the same error leaves it as it is.
 */
int xe_fail(struct xe_error *error, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
