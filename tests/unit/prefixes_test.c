// SPDX-License-Identifier: GPL-2.0-only
/*
 * prefixes_test.c - the tree of prefix lists says of every address what the lists say, read one by
 * one: the longest prefix decides, --deny where two are the same.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "bytes.h"
#include "prefix_list.h"
#include "rules.h"

/* --- the two ways of asking ------------------------------------------------------------------ */

static bool holds(const struct xe_prefix *prefix, const __u8 *address)
{
	for (int bit = 0; bit < prefix->length; bit++)
		if ((prefix->bytes[bit / 8] ^ address[bit / 8]) & 0x80 >> bit % 8)
			return false;
	return true;
}

static bool by_list(const struct prefix_list *list, int family, const __u8 *address)
{
	int longest = -1;
	bool accept = true;

	for (size_t i = 0; i < list->count; i++)
		if (list->entries[i].allow && longest < 0)
			accept = false;
	for (size_t i = 0; i < list->count; i++) {
		const struct xe_prefix *prefix = &list->entries[i];

		if (prefix->family != family || prefix->length < longest || !holds(prefix, address))
			continue;
		accept = prefix->length == longest ? accept && prefix->allow : prefix->allow;
		longest = prefix->length;
	}
	return accept;
}

static bool by_tree(const struct xe_prefixes *lists, int family, const __u8 *address)
{
	struct xe_policy policy = {
		.prefix_nodes = lists->nodes,
		.prefix_filter = lists->filter,
		.prefix_roots = {lists->roots[0], lists->roots[1]},
	};
	struct xe_env env = {.policy = &policy, .prefixes = lists};
	struct xe_ping ping = {.family = family};

	memcpy(&ping.source, address, 4);
	memcpy(&ping.source_hi, address, 8);
	memcpy(&ping.source_lo, address + 8, 8);
	return xe_source_accepted(&env, &ping);
}

static void check_address(const struct prefix_list *list, const struct xe_prefixes *lists,
			  int family, const __u8 *address)
{
	char text[INET6_ADDRSTRLEN];

	if (by_list(list, family, address) == by_tree(lists, family, address))
		return;
	inet_ntop(family == XE_IPV4 ? AF_INET : AF_INET6, address, text, sizeof(text));
	fail_msg("%s: the list says %d", text, by_list(list, family, address));
}

/* The address one before or after, with carry; the family's end wraps around. */
static void step(__u8 *address, int bytes, int by)
{
	for (int i = bytes - 1; i >= 0; i--) {
		address[i] += by;
		if (address[i] != (by > 0 ? 0 : 255))
			return;
	}
}

/* The edges of every prefix, and one beyond. */
static void check_edges(const struct prefix_list *list, const struct xe_prefixes *lists)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct xe_prefix *prefix = &list->entries[i];
		int bytes = prefix->family == XE_IPV4 ? 4 : 16;
		__u8 address[16];

		memcpy(address, prefix->bytes, sizeof(address));
		check_address(list, lists, prefix->family, address);
		step(address, bytes, -1);
		check_address(list, lists, prefix->family, address);
		memcpy(address, prefix->bytes, sizeof(address));
		for (int bit = prefix->length; bit < 8 * bytes; bit++)
			address[bit / 8] |= 0x80 >> bit % 8;
		check_address(list, lists, prefix->family, address);
		step(address, bytes, 1);
		check_address(list, lists, prefix->family, address);
	}
}

static struct xe_prefixes *built(const struct prefix_list *list)
{
	struct xe_error error = {};
	struct xe_prefixes *lists;

	assert_int_equal(prefixes_build(list, &lists, &error), 0);
	assert_non_null(lists);
	assert_true(prefixes_are_whole(lists, lists->size));
	return lists;
}

/* --- lists by hand --------------------------------------------------------------------------- */

static void add(struct prefix_list *list, const char *text, bool allow)
{
	struct xe_error error = {};

	assert_int_equal(prefix_list_add_text(list, text, allow, &error), 0);
}

static void check(const struct xe_prefixes *lists, const char *text, bool accept)
{
	__u8 address[16] = {};
	int family = strchr(text, ':') ? XE_IPV6 : XE_IPV4;

	assert_int_equal(inet_pton(family == XE_IPV4 ? AF_INET : AF_INET6, text, address), 1);
	if (by_tree(lists, family, address) != accept)
		fail_msg("%s is %s", text, accept ? "refused" : "accepted");
}

static void test_deny_alone(void **state)
{
	struct prefix_list list = {};
	struct xe_prefixes *lists;

	(void)state;
	add(&list, "192.0.2.0/24", false);
	add(&list, "2001:db8::/32", false);
	lists = built(&list);
	check(lists, "192.0.1.255", true);
	check(lists, "192.0.2.0", false);
	check(lists, "192.0.2.255", false);
	check(lists, "192.0.3.0", true);
	check(lists, "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", true);
	check(lists, "2001:db8::", false);
	check(lists, "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", false);
	check(lists, "2001:db9::", true);
	free(lists);
	prefix_list_free(&list);
}

/* With any --allow all else is refused, of the other family too. */
static void test_allow_alone(void **state)
{
	struct prefix_list list = {};
	struct xe_prefixes *lists;

	(void)state;
	add(&list, "198.51.100.7", true);
	lists = built(&list);
	check(lists, "198.51.100.7", true);
	check(lists, "198.51.100.6", false);
	check(lists, "198.51.100.8", false);
	check(lists, "0.0.0.0", false);
	check(lists, "255.255.255.255", false);
	check(lists, "2001:db8::1", false);
	free(lists);
	prefix_list_free(&list);
}

static void test_longest_decides(void **state)
{
	struct prefix_list list = {};
	struct xe_prefixes *lists;

	(void)state;
	add(&list, "10.1.2.3/32", true);
	add(&list, "10.0.0.0/8", true);
	add(&list, "10.1.0.0/16", false);
	add(&list, "10.1.2.0/24", false);
	add(&list, "2001:db8::/32", true);
	add(&list, "2001:db8:0:1::/64", false);
	add(&list, "2001:db8:0:1::8000:0:0/82", true);
	add(&list, "2001:db8:0:1::8000:0:1/128", false);
	lists = built(&list);
	check(lists, "10.0.0.1", true);
	check(lists, "10.1.0.1", false);
	check(lists, "10.1.2.3", true);
	check(lists, "10.1.2.4", false);
	check(lists, "10.2.0.0", true);
	check(lists, "11.0.0.0", false);
	check(lists, "2001:db8::1", true);
	check(lists, "2001:db8:0:1::1", false);
	check(lists, "2001:db8:0:1::8000:0:0", true);
	check(lists, "2001:db8:0:1::8000:0:1", false);
	check(lists, "2001:db8:0:1::8000:0:2", true);
	check_edges(&list, lists);
	free(lists);
	prefix_list_free(&list);
}

static void test_deny_wins_a_tie(void **state)
{
	struct prefix_list list = {};
	struct xe_prefixes *lists;

	(void)state;
	add(&list, "192.0.2.0/24", false);
	add(&list, "192.0.2.0/24", true);
	add(&list, "198.51.100.0/24", true);
	add(&list, "198.51.100.0/24", false);
	add(&list, "203.0.113.0/24", true);
	add(&list, "203.0.113.0/24", true);
	lists = built(&list);
	check(lists, "192.0.2.1", false);
	check(lists, "198.51.100.1", false);
	check(lists, "203.0.113.1", true);
	free(lists);
	prefix_list_free(&list);
}

static void test_everything(void **state)
{
	struct prefix_list list = {};
	struct xe_prefixes *lists;

	(void)state;
	add(&list, "0.0.0.0/0", false);
	add(&list, "::/0", true);
	lists = built(&list);
	check(lists, "0.0.0.0", false);
	check(lists, "255.255.255.255", false);
	check(lists, "::", true);
	check(lists, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", true);
	free(lists);
	prefix_list_free(&list);
}

/* Every length, nested in one another, by turns: as deep as a tree can be asked to be. */
static void test_deepest_nest(void **state)
{
	struct prefix_list list = {};
	struct xe_prefixes *lists;

	(void)state;
	for (int family = XE_IPV4; family <= XE_IPV6; family++) {
		for (int length = 0; length <= (family == XE_IPV4 ? 32 : 128); length++) {
			struct xe_prefix prefix = {.family = family, .length = length};
			struct xe_error error = {};

			prefix.allow = length % 2;
			for (int bit = 0; bit < length; bit += 3)
				prefix.bytes[bit / 8] |= 0x80 >> bit % 8;
			assert_int_equal(prefix_list_add(&list, &prefix, &error), 0);
		}
	}
	lists = built(&list);
	check_edges(&list, lists);
	free(lists);
	prefix_list_free(&list);
}

static void test_empty(void **state)
{
	struct prefix_list list = {};
	struct xe_error error = {};
	struct xe_prefixes *lists = (void *)&list;

	(void)state;
	assert_int_equal(prefixes_build(&list, &lists, &error), 0);
	assert_null(lists);
}

/* What is written over the lists by mistake refuses; it does not crash. */
static void test_broken_tree(void **state)
{
	struct prefix_list list = {};
	struct xe_prefixes *lists;
	struct xe_prefix_node *nodes;
	__u8 address[16] = {192, 0, 2, 1};

	(void)state;
	add(&list, "192.0.2.0/24", false);
	add(&list, "192.0.2.128/25", true);
	lists = built(&list);
	nodes = (struct xe_prefix_node *)(lists + 1);
	memset(nodes, 0, lists->nodes * sizeof(*nodes));
	nodes[lists->roots[0]] = (struct xe_prefix_node){.child = ~0U, .shift = 62, .bits = 2};
	assert_false(by_tree(lists, XE_IPV4, address));
	nodes[lists->roots[0]].child = lists->roots[0]; /* in circles */
	nodes[lists->roots[0]].shift = 63;
	nodes[lists->roots[0]].bits = 1;
	memset(address, 0, sizeof(address));
	assert_false(by_tree(lists, XE_IPV4, address));
	lists->magic++;
	assert_false(prefixes_are_whole(lists, lists->size));
	free(lists);
	prefix_list_free(&list);
}

/* --- lists by chance ------------------------------------------------------------------------- */

static __u64 seed = 0x9e3779b97f4a7c15;

static __u32 chance(__u32 below)
{
	seed = seed * 6364136223846793005 + 1442695040888963407;
	return (seed >> 33) % below;
}

/* Few values of few bytes, so that prefixes nest, meet and repeat. */
static void chance_address(__u8 *address, int family)
{
	int bytes = family == XE_IPV4 ? 4 : 16;

	memset(address, 0, 16);
	for (int i = 0; i < bytes; i++)
		address[i] = chance(4) ? 0xff * chance(2) : chance(256);
	if (family == XE_IPV6 && chance(4)) /* global unicast, for which there is a filter */
		address[0] = 0x20 | (address[0] & 0x1f);
}

static void chance_list(struct prefix_list *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct xe_prefix prefix = {.family = chance(2), .allow = chance(2)};
		struct xe_error error = {};
		int bits = prefix.family == XE_IPV4 ? 32 : 128;

		prefix.length = chance(bits + 1);
		chance_address(prefix.bytes, prefix.family);
		for (int bit = prefix.length; bit < bits; bit++)
			prefix.bytes[bit / 8] &= ~(0x80 >> bit % 8);
		assert_int_equal(prefix_list_add(list, &prefix, &error), 0);
	}
}

static void check_by_chance(const struct prefix_list *list, const struct xe_prefixes *lists,
			    int count)
{
	for (int i = 0; i < count; i++) {
		int family = chance(2);
		__u8 address[16];

		chance_address(address, family);
		check_address(list, lists, family, address);
	}
}

static void test_by_chance(void **state)
{
	(void)state;
	for (int round = 0; round < 300; round++) {
		struct prefix_list list = {};
		struct xe_prefixes *lists;

		chance_list(&list, 1 + chance(round < 250 ? 40 : 600));
		lists = built(&list);
		check_edges(&list, lists);
		check_by_chance(&list, lists, 200);
		free(lists);
		prefix_list_free(&list);
	}
}

/* Large lists have a filter, which agrees with the tree behind it. */
static void test_filter(void **state)
{
	struct xe_error error = {};

	(void)state;
	for (int round = 0; round < 2; round++) {
		struct prefix_list list = {};
		struct xe_prefixes *lists;

		if (round) /* in the filter's last block */
			assert_int_equal(
				prefix_list_add_text(&list, "255.255.255.255", false, &error), 0);
		chance_list(&list, PREFIX_FILTER_FROM);
		lists = built(&list);
		assert_int_equal(lists->filter, 1);
		check_edges(&list, lists);
		check_by_chance(&list, lists, 4000);
		free(lists);
		prefix_list_free(&list);
	}
}

/* --- files ----------------------------------------------------------------------------------- */

static int read_text(const char *text, struct prefix_list *list, struct xe_error *error)
{
	char path[] = "/tmp/prefixes_test.XXXXXX";
	int fd = mkstemp(path), err;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	err = prefix_list_add_file(list, path, true, error);
	unlink(path);
	return err;
}

static void test_file(void **state)
{
	struct prefix_list list = {};
	struct xe_error error = {};

	(void)state;
	assert_int_equal(
		read_text("# comment\n\n  192.0.2.0/24 # ours\r\n\t2001:db8::/32\n10.0.0.1", &list,
			  &error),
		0);
	assert_int_equal(list.count, 3);
	assert_int_equal(list.entries[2].length, 32);
	prefix_list_free(&list);
}

static void test_file_errors(void **state)
{
	static const char *const wrong[] = {
		"192.0.2.0/24\n192.0.2.1/24\n",
		"x\n",
		"1.2.3.4/33\n",
		"::/129\n",
		"1.2.3.4/\n",
		"1.2.3\n",
		"1.2.3.4 5.6.7.8\n",
		"1.2.3.4/-1\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct prefix_list list = {};
		struct xe_error error = {};

		assert_int_equal(read_text(wrong[i], &list, &error), -EINVAL);
		assert_non_null(strstr(error.text, i ? ":1: " : ":2: "));
		prefix_list_free(&list);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_deny_alone),
		cmocka_unit_test(test_allow_alone),
		cmocka_unit_test(test_longest_decides),
		cmocka_unit_test(test_deny_wins_a_tie),
		cmocka_unit_test(test_everything),
		cmocka_unit_test(test_deepest_nest),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_broken_tree),
		cmocka_unit_test(test_by_chance),
		cmocka_unit_test(test_filter),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_file_errors),
	};

	return cmocka_run_group_tests_name("prefixes", tests, NULL, NULL);
}
