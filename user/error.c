// SPDX-License-Identifier: GPL-2.0-only
/* error.c - see error.h. */
#include <stdarg.h>
#include <stdio.h>

#include "error.h"

int xe_fail(struct xe_error *error, int code, const char *format, ...)
{
	va_list args;

	if (error->code)
		return -error->code;
	error->code = code;
	va_start(args, format);
	vsnprintf(error->text, sizeof(error->text), format, args);
	va_end(args);
	return -code;
}
