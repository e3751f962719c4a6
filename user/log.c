// SPDX-License-Identifier: GPL-2.0-only
/* log.c - see log.h. */
#include <stdarg.h>
#include <stdio.h>
#include <syslog.h>

#include "log.h"

static bool on_stderr;

void log_open(bool to_stderr)
{
	on_stderr = to_stderr;
	if (!to_stderr)
		openlog("xdp-echo", LOG_PID, LOG_DAEMON);
}

static void write_log(int priority, const char *format, va_list args)
{
	char text[1024];

	vsnprintf(text, sizeof(text), format, args);
	if (on_stderr)
		fprintf(stderr, "xdp-echo: %s\n", text);
	else
		syslog(priority, "%s", text);
}

void log_note(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	write_log(LOG_NOTICE, format, args);
	va_end(args);
}

void log_problem(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	write_log(LOG_ERR, format, args);
	va_end(args);
}
