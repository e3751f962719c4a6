// SPDX-License-Identifier: GPL-2.0-only
/* bpf_log.c - see bpf_log.h. */
#include <bpf/libbpf.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <xdp/libxdp.h>

#include "bpf_log.h"

static bool print_all;
static char words[256];

static void keep(const char *text, size_t length)
{
	snprintf(words, sizeof(words), "%.*s", (int)length, text);
}

/* The line before "processed N insns" is where the verifier says what it refused. */
static void keep_verdict(const char *log, const char *end)
{
	const char *start = end;

	while (end > log && end[-1] == '\n')
		end--;
	for (start = end; start > log && start[-1] != '\n'; start--)
		;
	keep(start, end - start);
}

static void digest(const char *text)
{
	static const char ack[] = "Kernel error message: ";
	const char *at = strstr(text, ack);

	if (at) {
		at += sizeof(ack) - 1;
		keep(at, strcspn(at, "\n"));
		return;
	}
	at = strstr(text, "\nprocessed ");
	if (at)
		keep_verdict(text, at);
}

static int print(const char *format, va_list args)
{
	static char text[65536];

	vsnprintf(text, sizeof(text), format, args);
	digest(text);
	return print_all ? fputs(text, stderr) : 0;
}

static int print_libbpf(enum libbpf_print_level level, const char *format, va_list args)
{
	return level == LIBBPF_DEBUG ? 0 : print(format, args);
}

static int print_libxdp(enum libxdp_print_level level, const char *format, va_list args)
{
	return level == LIBXDP_DEBUG ? 0 : print(format, args);
}

void bpf_log_init(bool verbose)
{
	print_all = verbose;
	libbpf_set_print(print_libbpf);
	libxdp_set_print(print_libxdp);
}

void bpf_log_clear(void)
{
	words[0] = 0;
}

const char *bpf_log_words(void)
{
	return words;
}
