// SPDX-License-Identifier: GPL-2.0-only
/*
 * netns_test.c - entering, naming and watching network namespaces, by names of
 * the test's own.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "netns.h"

static int home = -1; /* the namespace that the test was started in */
static char first[32], second[32];

/* ip(8) with this command and name. */
static int ip_netns(const char *command, const char *name)
{
	char line[128];

	snprintf(line, sizeof(line), "ip netns %s %s 2>/dev/null", command, name);
	return system(line);
}

static int set_up(void **unused)
{
	(void)unused;
	home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	snprintf(first, sizeof(first), "xe-test-%d-a", getpid());
	snprintf(second, sizeof(second), "xe-test-%d-b", getpid());
	return home < 0 || ip_netns("add", first) || ip_netns("add", second);
}

static int tear_down(void **unused)
{
	(void)unused;
	ip_netns("del", first);
	ip_netns("del", second);
	if (setns(home, CLONE_NEWNET))
		return -1;
	return close(home);
}

static void enter(const char *name)
{
	struct xe_error error = {0};

	if (netns_enter(name, &error) != 0)
		fail_msg("%s", error.text);
}

static void assert_name(const char *expected)
{
	struct xe_error error = {0};
	char name[256];

	assert_int_equal(netns_identify(name, sizeof(name), &error), 0);
	assert_string_equal(name, expected);
}

static void test_enter_and_identify(void **unused)
{
	(void)unused;
	assert_name("");
	enter(first);
	assert_name(first);
	enter(second);
	assert_name(second);
	assert_int_equal(ip_netns("del", second), 0);
	enter(first);
	assert_name(first);
}

/* Of namespaces without a name, and of one whose name was taken away, the inode tells them apart.
 */
static void test_identify_nameless(void **unused)
{
	char expected[64];
	struct stat status;

	(void)unused;
	assert_int_equal(unshare(CLONE_NEWNET), 0);
	assert_int_equal(stat("/proc/self/ns/net", &status), 0);
	snprintf(expected, sizeof(expected), "inode:%lu", (unsigned long)status.st_ino);
	assert_name(expected);

	enter(first);
	assert_int_equal(stat("/proc/self/ns/net", &status), 0);
	snprintf(expected, sizeof(expected), "inode:%lu", (unsigned long)status.st_ino);
	assert_int_equal(ip_netns("del", first), 0);
	assert_name(expected);
	assert_int_equal(ip_netns("add", first), 0); /* the name is another's now */
	assert_name(expected);
}

static void assert_refused(const char *name, const char *text)
{
	struct xe_error error = {0};

	assert_true(netns_enter(name, &error) < 0);
	if (!strstr(error.text, text))
		fail_msg("\"%s\" is not in \"%s\"", text, error.text);
	assert_name("");
}

static void test_enter_refuses(void **unused)
{
	char path[64], long_name[1000];
	FILE *leftover;

	(void)unused;
	memset(long_name, 'x', sizeof(long_name));
	long_name[sizeof(long_name) - 1] = '\0';
	assert_refused("", "not the name of a network namespace");
	assert_refused(".", "not the name");
	assert_refused("..", "not the name");
	assert_refused("../netns/x", "not the name");
	assert_refused("/proc/1/ns/net", "not the name");
	assert_refused(long_name, "not the name");
	assert_refused("xe-test-no-such", "ip netns add xe-test-no-such");

	/* as a crashed `ip netns add` leaves it */
	assert_int_equal(ip_netns("del", second), 0);
	snprintf(path, sizeof(path), "/run/netns/%s", second);
	leftover = fopen(path, "we");
	assert_non_null(leftover);
	fclose(leftover);
	assert_refused(second, "ip netns delete");
}

static bool is_readable(int watch)
{
	struct pollfd poll_fd = {.fd = watch, .events = POLLIN};

	return poll(&poll_fd, 1, 0) == 1;
}

static void test_watch(void **unused)
{
	struct xe_error error = {0};
	int watch;

	(void)unused;
	enter(first);
	watch = netns_watch(first, &error);
	assert_true(watch >= 0);
	assert_false(is_readable(watch));
	assert_false(netns_is_gone(watch, first));

	/* another name goes: readable, but not gone, and read until the next event */
	assert_int_equal(ip_netns("del", second), 0);
	assert_true(is_readable(watch));
	assert_false(netns_is_gone(watch, first));
	assert_false(is_readable(watch));

	assert_int_equal(ip_netns("del", first), 0);
	assert_true(is_readable(watch));
	assert_true(netns_is_gone(watch, first));

	/* given again, the name is another namespace's */
	assert_int_equal(ip_netns("add", first), 0);
	assert_true(netns_is_gone(watch, first));
	close(watch);
}

static void test_watch_refuses(void **unused)
{
	static const char *const names[] = {"", "..", "inode:4026531840", "xe-test-no-such"};

	(void)unused;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct xe_error error = {0};

		assert_int_equal(netns_watch(names[i], &error), -ENOENT);
		assert_int_equal(error.code, ENOENT);
	}
}

#define netns_test(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		netns_test(test_enter_and_identify), netns_test(test_identify_nameless),
		netns_test(test_enter_refuses),      netns_test(test_watch),
		netns_test(test_watch_refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
