// SPDX-License-Identifier: GPL-2.0-only
/* accept_test.c - which format a client gets for what it says that it accepts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "exporter/accept.h"

static const struct {
	const char *header;
	enum exposition_format format;
} rows[] = {
	{NULL, EXPOSITION_TEXT},
	{"", EXPOSITION_TEXT},
	{"*/*", EXPOSITION_TEXT},
	{"text/plain", EXPOSITION_TEXT},
	{"application/openmetrics-text", EXPOSITION_OPENMETRICS},
	{"application/openmetrics-text; version=1.0.0", EXPOSITION_OPENMETRICS},
	{"application/openmetrics-text;version=\"1.0.0\"", EXPOSITION_OPENMETRICS},
	{"APPLICATION/OpenMetrics-Text;Version=1.0.0;Q=0.1", EXPOSITION_OPENMETRICS},
	{" application/openmetrics-text ; charset=utf-8", EXPOSITION_OPENMETRICS},
	/* a version that we do not write */
	{"application/openmetrics-text; version=2.0.0", EXPOSITION_TEXT},
	{"application/openmetrics-text; version=0.0.1, text/plain; q=0.1", EXPOSITION_TEXT},
	/* not wanted, or wanted less */
	{"application/openmetrics-text; q=0", EXPOSITION_TEXT},
	{"application/openmetrics-text; q=0.5, text/plain", EXPOSITION_TEXT},
	{"application/openmetrics-text; q=0.5, text/plain; q=0.4", EXPOSITION_OPENMETRICS},
	{"text/plain; q=0.5, application/openmetrics-text; q=0.5", EXPOSITION_OPENMETRICS},
	/* the more specific range counts */
	{"text/*; q=0.9, text/plain; q=0.1, application/openmetrics-text; q=0.5",
	 EXPOSITION_OPENMETRICS},
	{"application/*, */*; q=0.1", EXPOSITION_TEXT},
	{"application/openmetrics-text; q=0.3, */*; q=0.8", EXPOSITION_TEXT},
	/* Prometheus 2.42, a browser, curl */
	{"application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;"
	 "q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
	 EXPOSITION_OPENMETRICS},
	{"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", EXPOSITION_TEXT},
	/* nonsense is passed over */
	{"application/openmetrics-text; q=high", EXPOSITION_TEXT},
	{"application/openmetrics-text; q=-1", EXPOSITION_TEXT},
	{"application/openmetrics-text; q=nan", EXPOSITION_TEXT},
	{"application/openmetrics-text; q=0.5x", EXPOSITION_TEXT},
	{",,;;=,/,*/,;q=1,application/openmetrics-text", EXPOSITION_OPENMETRICS},
	{"application/openmetrics-texts", EXPOSITION_TEXT},
	{"application", EXPOSITION_TEXT},
	{"\"", EXPOSITION_TEXT},
};

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (accept_choose(rows[i].header) != rows[i].format)
			fail_msg("wrong for: %s", rows[i].header);
}

/* Any bytes, in memory of exactly their size: the sanitized build sees what is read beyond. */
static void test_any_bytes(void **state)
{
	static const char bytes[] = "application/openmetrics-text;*,=q0.\" \t";

	(void)state;
	srand(1);
	for (int round = 0; round < 20000; round++) {
		size_t length = rand() % 40;
		char *header = malloc(length + 1);

		assert_non_null(header);
		for (size_t i = 0; i < length; i++)
			header[i] = bytes[rand() % (sizeof(bytes) - 1)];
		header[length] = 0;
		accept_choose(header);
		free(header);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_any_bytes),
	};

	return cmocka_run_group_tests_name("accept", tests, NULL, NULL);
}
