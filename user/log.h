/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * log.h - what an agent has to report when no command waits for it: syslog, or
 * stderr in the foreground.
 */
#ifndef XE_LOG_H
#define XE_LOG_H

#include <stdbool.h>

void log_open(bool to_stderr);
void log_note(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_problem(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
