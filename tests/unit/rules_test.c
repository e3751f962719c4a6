// SPDX-License-Identifier: GPL-2.0-only
/*
 * rules_test.c - the rules that need no packet: rates, buckets, address and port look-ups.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>
#include <cmocka.h>

#include "policy.h"
#include "rate_key.h"
#include "rules.h"

/* --- GCRA: ticks of arbitrary length, one packet in 100, bursts of 5 -------------------------- */

enum { INTERVAL = 100, BURST = 5 };

static bool conforms(__u64 *bucket, __u64 now)
{
	__u64 ahead = xe_ahead(bucket, now, INTERVAL);

	if (ahead >= BURST * INTERVAL)
		return false;
	*bucket = now + ahead;
	return true;
}

/* How many of `tries` packets at one instant conform. */
static int conforming(__u64 *bucket, __u64 now, int tries)
{
	int count = 0;

	while (tries--)
		count += conforms(bucket, now);
	return count;
}

static void test_burst(void **state)
{
	__u64 bucket = 0;

	(void)state;
	assert_int_equal(conforming(&bucket, 1 << 20, 1000), BURST);
}

/* A refused packet is not held against its source: after one interval, one packet conforms. */
static void test_rate_after_burst(void **state)
{
	__u64 bucket = 0, now = 1 << 20;

	(void)state;
	conforming(&bucket, now, 1000);
	for (int i = 0; i < 50; i++) {
		assert_int_equal(conforming(&bucket, now + INTERVAL - 1, 10), 0);
		now += INTERVAL;
		assert_int_equal(conforming(&bucket, now, 10), 1);
	}
}

/* At exactly its rate a source is never refused; at twice the rate, half is. */
static void test_steady_rates(void **state)
{
	__u64 bucket = 0, now = 1 << 20;
	int count = 0;

	(void)state;
	for (int i = 0; i < 1000; i++)
		assert_true(conforms(&bucket, now += INTERVAL));
	for (int i = 0; i < 1000; i++)
		count += conforms(&bucket, now += INTERVAL / 2);
	assert_in_range(count, 500, 500 + BURST);
}

/* However long a source was silent, it has saved up one burst, and no more. */
static void test_idle(void **state)
{
	static const __u64 silences[] = {INTERVAL * BURST, 1 << 30, 1ULL << 62};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		__u64 bucket = 0, now = 1 << 20;

		conforming(&bucket, now, 1000);
		assert_int_equal(conforming(&bucket, now + silences[i], 1000), BURST);
	}
}

/* Part of a burst comes back for part of the time. */
static void test_partial_idle(void **state)
{
	__u64 bucket = 0, now = 1 << 20;

	(void)state;
	conforming(&bucket, now, 1000);
	assert_int_equal(conforming(&bucket, now + 3 * INTERVAL, 1000), 3);
}

/* Clocks of two CPUs differ: the past earns nothing, and does no harm to the future. */
static void test_clock_going_back(void **state)
{
	__u64 bucket = 0, now = 1 << 20, before;

	(void)state;
	assert_int_equal(conforming(&bucket, now, 2), 2);
	before = bucket;
	assert_int_equal(conforming(&bucket, now - 1, 1000), BURST - 3);
	assert_true(bucket >= before);
	assert_int_equal(conforming(&bucket, now - 1000 * INTERVAL, 1000), 0);
	assert_int_equal(conforming(&bucket, now, 1000), 1);
}

/* With a random load no window of time holds more than rate and burst allow (ITU-T I.371). */
static void test_no_window_above_rate(void **state)
{
	enum { PACKETS = 20000 };
	static __u64 passed[PACKETS];
	__u64 bucket = 0, now = 1 << 20;
	size_t count = 0;

	(void)state;
	srandom(1);
	for (int i = 0; i < PACKETS; i++) {
		now += random() % 8 ? random() % (INTERVAL / 2) : random() % (10 * INTERVAL);
		if (conforms(&bucket, now))
			passed[count++] = now;
	}
	assert_true(count > PACKETS / 4 && count < PACKETS);
	for (size_t first = 0; first < count; first++)
		for (size_t last = first; last < count && last < first + 100; last++)
			assert_true(last - first + 1 <=
				    BURST + (passed[last] - passed[first]) / INTERVAL);
}

/* --- buckets --------------------------------------------------------------------------------- */

static struct xe_policy policy;
static struct xe_table table;
static __u64 buckets[XE_BUCKETS], total_bucket;
static const struct xe_env env = {
	.policy = &policy,
	.table = &table,
	.buckets = buckets,
	.total_bucket = &total_bucket,
	.now = 1 << 20,
};

static int reset(void **state)
{
	(void)state;
	memset(&policy, 0, sizeof(policy));
	memset(&table, 0, sizeof(table));
	policy.hash_key[0] = 0x243f6a8885a308d3;
	policy.hash_key[1] = 0x13198a2e03707345;
	policy.rate_mask_ipv4 = 0xffffffff;
	policy.rate_mask_ipv6[0] = policy.rate_mask_ipv6[1] = ~0ULL;
	return 0;
}

static struct xe_ping ping4(const char *source)
{
	struct xe_ping ping = {.family = XE_IPV4};

	assert_int_equal(inet_pton(AF_INET, source, &ping.source), 1);
	return ping;
}

static struct xe_ping ping6(const char *source)
{
	struct xe_ping ping = {.family = XE_IPV6};
	__u64 address[2];

	assert_int_equal(inet_pton(AF_INET6, source, address), 1);
	ping.source_hi = address[0];
	ping.source_lo = address[1];
	return ping;
}

static size_t bucket4(const char *source)
{
	struct xe_ping ping = ping4(source);

	return xe_source_bucket(&env, &ping) - buckets;
}

static size_t bucket6(const char *source)
{
	struct xe_ping ping = ping6(source);

	return xe_source_bucket(&env, &ping) - buckets;
}

static void test_ipv4_mask(void **state)
{
	(void)state;
	assert_int_not_equal(bucket4("192.0.2.1"), bucket4("192.0.2.200"));
	policy.rate_mask_ipv4 = htonl(0xffffff00);
	assert_int_equal(bucket4("192.0.2.1"), bucket4("192.0.2.200"));
	assert_int_not_equal(bucket4("192.0.2.1"), bucket4("192.0.3.1"));
}

static void test_ipv6_mask(void **state)
{
	(void)state;
	assert_int_not_equal(bucket6("2001:db8::1"), bucket6("2001:db8::2"));
	policy.rate_mask_ipv6[1] = 0; /* a /64 is one source */
	assert_int_equal(bucket6("2001:db8::1"), bucket6("2001:db8::2:0:0:2"));
	assert_int_not_equal(bucket6("2001:db8::1"), bucket6("2001:db8:0:1::1"));
	policy.rate_mask_ipv6[0] = xe_wire64(0xffffffffffff0000); /* a /48 */
	assert_int_equal(bucket6("2001:db8::1"), bucket6("2001:db8:0:1::1"));
	assert_int_not_equal(bucket6("2001:db8::1"), bucket6("2001:db8:1::1"));
}

enum { SOURCES = 8192, SECRETS = 64 };

/* Sources that share their bucket with an earlier one, and how many share the fullest. */
static void count_shared(struct xe_ping (*source)(__u32 number), int *shared, int *most)
{
	static __u16 used[XE_BUCKETS];

	memset(used, 0, sizeof(used));
	for (__u32 i = 0; i < SOURCES; i++) {
		struct xe_ping ping = source(i);
		size_t bucket = xe_source_bucket(&env, &ping) - buckets;

		assert_true(bucket < XE_BUCKETS);
		*shared += used[bucket]++ > 0;
		if (used[bucket] > *most)
			*most = used[bucket];
	}
}

/*
 * Sources that follow each other, as those of one network do, share buckets about as seldom as
 * thrown dice would, whatever the secret: those that crowd them are not drawn.
 */
static void check_spread(struct xe_ping (*source)(__u32 number))
{
	const int dice = SOURCES / 2 * (SOURCES / 256) / (XE_BUCKETS / 256);

	for (int i = 0; i < SECRETS; i++) {
		struct xe_error error = {};
		int shared = 0, most = 0;

		assert_int_equal(rate_key_draw(&policy, &error), 0);
		count_shared(source, &shared, &most);
		assert_true(shared <= 4 * dice);
		assert_in_range(most, 1, 4);
	}
}

static struct xe_ping next_host(__u32 number)
{
	return (struct xe_ping){.family = XE_IPV4, .source = htonl(0x0a000000 + number)};
}

static struct xe_ping next_network(__u32 number)
{
	return (struct xe_ping){.family = XE_IPV4, .source = htonl(0x0a000001 + (number << 8))};
}

static struct xe_ping next_host6(__u32 number)
{
	return (struct xe_ping){.family = XE_IPV6,
				.source_hi = xe_wire64(0x20010db800000000),
				.source_lo = xe_wire64(1ULL + number)};
}

static struct xe_ping next_network6(__u32 number)
{
	return (struct xe_ping){.family = XE_IPV6,
				.source_hi = xe_wire64(0x20010db800000000ULL + number),
				.source_lo = xe_wire64(1ULL)};
}

static void test_spread(void **state)
{
	(void)state;
	check_spread(next_host);
	check_spread(next_network);
	check_spread(next_host6);
	check_spread(next_network6);
}

/* Who shares a bucket depends on the secret, so nobody can choose whom to share one with. */
static void test_secret(void **state)
{
	size_t before[2] = {bucket4("192.0.2.1"), bucket6("2001:db8::1")};

	(void)state;
	policy.hash_key[0] ^= 1ULL << 40;
	assert_int_not_equal(bucket4("192.0.2.1"), before[0]);
	assert_int_not_equal(bucket6("2001:db8::1"), before[1]);
	policy.hash_key[0] ^= 1ULL << 40;
	policy.hash_key[1] ^= 1ULL << 40;
	assert_int_not_equal(bucket4("192.0.2.1"), before[0]);
	assert_int_not_equal(bucket6("2001:db8::1"), before[1]);
}

/* --- look-ups: a multiplier of 0 leads every key to slot 0, which must be compared in full ---- */

static void test_ipv4_slot_compared_in_full(void **state)
{
	const __u64 marks[] = {0, XE_IPV4_SERVED, XE_IPV4_OWN, XE_IPV4_BROADCAST};
	const __u32 address = htonl(0xc0000201), vlan = 20 | 30 << XE_VLAN_BITS;

	(void)state;
	for (__u64 kind = XE_ADDRESS_SERVED; kind <= XE_ADDRESS_BROADCAST; kind++) {
		table.ipv4[0] = XE_IPV4_KEY(address, vlan) ^ marks[kind];
		assert_int_equal(xe_ipv4_kind(&table, address, vlan), kind);
		for (int bit = 0; bit < 32; bit++)
			assert_int_equal(xe_ipv4_kind(&table, address ^ 1U << bit, vlan), 0);
		for (int bit = 0; bit < 2 * XE_VLAN_BITS; bit++)
			assert_int_equal(xe_ipv4_kind(&table, address, vlan ^ 1U << bit), 0);
	}
}

static void test_ipv6_slot_compared_in_full(void **state)
{
	const __u64 hi = xe_wire64(0x20010db800000000), lo = xe_wire64(1ULL);
	const __u32 vlan = 10;

	(void)state;
	table.ipv6[0] = (struct xe_ipv6_slot){hi, lo, vlan, XE_ADDRESS_SERVED, 0};
	assert_int_equal(xe_ipv6_kind(&table, hi, lo, vlan), XE_ADDRESS_SERVED);
	for (int bit = 0; bit < 64; bit++) {
		assert_int_equal(xe_ipv6_kind(&table, hi ^ 1ULL << bit, lo, vlan), 0);
		assert_int_equal(xe_ipv6_kind(&table, hi, lo ^ 1ULL << bit, vlan), 0);
	}
	for (int bit = 0; bit < 2 * XE_VLAN_BITS; bit++)
		assert_int_equal(xe_ipv6_kind(&table, hi, lo, vlan ^ 1U << bit), 0);
}

/* An empty table holds no address, not even the one that looks like an empty slot. */
static void test_empty_table(void **state)
{
	(void)state;
	assert_int_equal(xe_ipv4_kind(&table, 0, 0), XE_ADDRESS_NONE);
	assert_int_equal(xe_ipv4_kind(&table, 1, 0), XE_ADDRESS_NONE);
	assert_int_equal(xe_ipv6_kind(&table, 0, 0, 0), XE_ADDRESS_NONE);
	assert_int_equal(xe_ipv6_kind(&table, 1, 1, 1), XE_ADDRESS_NONE);
}

/* Each of the 65,536 ports is what was asked of it, and its neighbours are not. */
static void test_ports(void **state)
{
	static struct xe_policy asked;

	(void)state;
	for (__u32 port = 0; port < 65536; port += port < 2048 ? 1 : 97) {
		memset(asked.ports, XE_PORT_PLAIN, sizeof(asked.ports));
		asked.ports[htons(port)] = XE_PORT_SERVED;
		policy_fill_ports(&asked);
		assert_int_equal(asked.ports[htons(port)], XE_PORT_SERVED);
		for (__u32 bit = 1; bit < 65536; bit <<= 1)
			assert_int_equal(asked.ports[htons(port ^ bit)],
					 (port ^ bit) < 1024 ? XE_PORT_REFUSED : XE_PORT_PLAIN);
	}
}

/* What is refused for another reason does not use up its source's rate. */
static void test_refused_costs_no_rate(void **state)
{
	struct xe_ping ping = ping4("198.51.100.7");

	(void)state;
	ping.ttl = 1;
	policy.rate_interval = 1000;
	policy.rate_tolerance = 1000;
	assert_int_equal(xe_police(&env, &ping), XE_DROP_TTL);
	ping.ttl = 64;
	policy.ports[0] = XE_PORT_REFUSED;
	assert_int_equal(xe_police(&env, &ping), XE_DROP_SOURCE_PORT);
	policy.ports[0] = XE_PORT_PLAIN;
	assert_int_equal(xe_police(&env, &ping), XE_ANSWER);
	assert_int_equal(xe_police(&env, &ping), XE_DROP_RATE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_burst),
		cmocka_unit_test(test_rate_after_burst),
		cmocka_unit_test(test_steady_rates),
		cmocka_unit_test(test_idle),
		cmocka_unit_test(test_partial_idle),
		cmocka_unit_test(test_clock_going_back),
		cmocka_unit_test(test_no_window_above_rate),
		cmocka_unit_test_setup(test_ipv4_mask, reset),
		cmocka_unit_test_setup(test_ipv6_mask, reset),
		cmocka_unit_test_setup(test_spread, reset),
		cmocka_unit_test_setup(test_secret, reset),
		cmocka_unit_test_setup(test_ipv4_slot_compared_in_full, reset),
		cmocka_unit_test_setup(test_ipv6_slot_compared_in_full, reset),
		cmocka_unit_test_setup(test_empty_table, reset),
		cmocka_unit_test(test_ports),
		cmocka_unit_test_setup(test_refused_costs_no_rate, reset),
	};

	return cmocka_run_group_tests_name("rules", tests, NULL, NULL);
}
