// SPDX-License-Identifier: GPL-2.0-only
/*
 * table_test.c - the address table: what is entered is found by the rules' own
 * look-ups and nothing else is, and readers never meet a torn one.
 */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rules.h"
#include "table.h"

static const __u8 mac[6] = {0x02, 0, 0, 0, 0, 0x07};

/* xorshift64: the same strangers in every run. */
static __u64 next_random(__u64 *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* The n-th address of a subnet: 10.0.x.y, or 2001:db8::x:y; what hosts have is seldom random. */
static struct nic_address nth(enum xe_family family, unsigned int n, __u32 vlan,
			      enum xe_address_kind kind)
{
	struct nic_address address = {.family = family, .kind = kind, .vlan = vlan};
	__u8 *end = address.bytes + (family == XE_IPV4 ? 4 : 16);

	if (family == XE_IPV4)
		address.bytes[0] = 10;
	else
		memcpy(address.bytes, (__u8[]){0x20, 0x01, 0x0d, 0xb8}, 4);
	end[-2] = n >> 8;
	end[-1] = n;
	return address;
}

static __u32 kind_in(const struct xe_table *table, const struct nic_address *address)
{
	const __u8 *bytes = address->bytes;

	if (address->family == XE_IPV4)
		return xe_ipv4_kind(table, xe_load(__u32, bytes), address->vlan);
	return xe_ipv6_kind(table, xe_load(__u64, bytes), xe_load(__u64, bytes + 8), address->vlan);
}

static size_t build(struct xe_table *table, const struct nic_address *list, size_t count)
{
	struct xe_error error = {0};
	size_t left_out = 12345;

	memset(table, 0xff, sizeof(*table)); /* table_build owes every byte */
	assert_int_equal(table_build(table, mac, list, count, &left_out, &error), 0);
	assert_int_equal(error.code, 0);
	return left_out;
}

static void assert_all_found(const struct xe_table *table, const struct nic_address *list,
			     size_t count)
{
	for (size_t i = 0; i < count; i++)
		assert_int_equal(kind_in(table, &list[i]), list[i].kind);
}

static void assert_strangers_not_found(const struct xe_table *table)
{
	__u64 state = 0x2545f4914f6cdd1d;

	for (int i = 0; i < 200000; i++) {
		/* 11.0.0.0/8 and up, and beyond 2001:db8::/32: never ours */
		__u32 ipv4 = (__u32)next_random(&state) | xe_wire16(0x8000);
		__u64 hi = next_random(&state), lo = next_random(&state);
		__u32 vlan = next_random(&state) & 0x3ffffff;

		if (xe_first_byte32(ipv4) != 10)
			assert_int_equal(xe_ipv4_kind(table, ipv4, vlan), XE_ADDRESS_NONE);
		if (xe_first_byte64(hi) != 0x20)
			assert_int_equal(xe_ipv6_kind(table, hi, lo, vlan), XE_ADDRESS_NONE);
	}
}

static void test_finds_all_and_nothing_else(void **unused)
{
	static const unsigned int sizes[] = {0, 1, 2, 64, XE_MAX_ADDRESSES};
	struct nic_address list[2 * XE_MAX_ADDRESSES];
	struct xe_table table;

	(void)unused;
	for (size_t s = 0; s < sizeof(sizes) / sizeof(*sizes); s++) {
		unsigned int size = sizes[s];

		for (unsigned int i = 0; i < size; i++) {
			list[2 * i] = nth(XE_IPV4, i + 1, 0, XE_ADDRESS_SERVED + i % 3);
			list[2 * i + 1] = nth(XE_IPV6, i + 1, 0, XE_ADDRESS_SERVED + i % 3);
		}
		assert_int_equal(build(&table, list, 2 * size), 0);
		assert_int_equal(table.ipv4_count, size);
		assert_int_equal(table.ipv6_count, size);
		assert_memory_equal(&table.mac, "\0\0", 2);
		assert_memory_equal((__u8 *)&table.mac + 2, mac, 6);
		assert_all_found(&table, list, 2 * size);
		assert_strangers_not_found(&table);
		for (unsigned int i = size; i < size + 300; i++) {
			struct nic_address ipv4 = nth(XE_IPV4, i + 1, 0, XE_ADDRESS_SERVED);
			struct nic_address ipv6 = nth(XE_IPV6, i + 1, 0, XE_ADDRESS_SERVED);

			assert_int_equal(kind_in(&table, &ipv4), XE_ADDRESS_NONE);
			assert_int_equal(kind_in(&table, &ipv6), XE_ADDRESS_NONE);
		}
	}
}

/* An address counts on its own VLAN only, single-tagged, QinQ and 802.1ad alike. */
static void test_one_address_on_many_vlans(void **unused)
{
	const __u32 qinq = (100 | XE_VLAN_8021AD) | 5 << XE_VLAN_BITS;
	const __u32 vlans[] = {0, 5, 100, 100 | XE_VLAN_8021AD, 4094, qinq};
	const size_t count = sizeof(vlans) / sizeof(*vlans);
	struct nic_address list[12], other;
	struct xe_table table;

	(void)unused;
	for (size_t i = 0; i < count; i++) {
		list[2 * i] = nth(XE_IPV4, 1, vlans[i], XE_ADDRESS_SERVED + i % 3);
		list[2 * i + 1] = nth(XE_IPV6, 1, vlans[i], XE_ADDRESS_SERVED + i % 3);
	}
	assert_int_equal(build(&table, list, 2 * count), 0);
	assert_int_equal(table.ipv4_count, count);
	assert_int_equal(table.ipv6_count, count);
	assert_all_found(&table, list, 2 * count);
	other = nth(XE_IPV4, 1, 6, XE_ADDRESS_SERVED);
	assert_int_equal(kind_in(&table, &other), XE_ADDRESS_NONE);
	other = nth(XE_IPV6, 1, 5 << XE_VLAN_BITS, XE_ADDRESS_SERVED);
	assert_int_equal(kind_in(&table, &other), XE_ADDRESS_NONE);
}

/* Link-local addresses: one on every VLAN of a NIC, as the kernel makes them from the MAC. */
static void test_full_house_of_link_locals(void **unused)
{
	struct nic_address list[XE_MAX_ADDRESSES];
	struct xe_table table;

	(void)unused;
	for (__u32 i = 0; i < XE_MAX_ADDRESSES; i++) {
		list[i] = nth(XE_IPV6, 1, i, XE_ADDRESS_SERVED);
		memcpy(list[i].bytes, (__u8[]){0xfe, 0x80, 0, 0}, 4);
	}
	assert_int_equal(build(&table, list, XE_MAX_ADDRESSES), 0);
	assert_all_found(&table, list, XE_MAX_ADDRESSES);
}

static void test_random_addresses(void **unused)
{
	struct nic_address list[2 * XE_MAX_ADDRESSES];
	__u64 state = 0x9e3779b97f4a7c15;
	struct xe_table table;

	(void)unused;
	for (unsigned int i = 0; i < 2 * XE_MAX_ADDRESSES; i++) {
		list[i] = nth(i % 2 ? XE_IPV6 : XE_IPV4, 0, next_random(&state) & 0x3ffffff,
			      XE_ADDRESS_SERVED);
		for (size_t b = 0; b < (i % 2 ? 16 : 4); b++)
			list[i].bytes[b] = next_random(&state) >> 32;
	}
	assert_int_equal(build(&table, list, 2 * XE_MAX_ADDRESSES), 0);
	assert_all_found(&table, list, 2 * XE_MAX_ADDRESSES);
}

static void test_duplicates_and_precedence(void **unused)
{
	static const __u8 kinds[][3] = {
		/* in the order of the list; the strongest must win whatever the order */
		{XE_ADDRESS_SERVED, XE_ADDRESS_OWN, XE_ADDRESS_BROADCAST},
		{XE_ADDRESS_BROADCAST, XE_ADDRESS_OWN, XE_ADDRESS_SERVED},
		{XE_ADDRESS_OWN, XE_ADDRESS_BROADCAST, XE_ADDRESS_OWN},
		{XE_ADDRESS_BROADCAST, XE_ADDRESS_BROADCAST, XE_ADDRESS_BROADCAST},
	};
	static const __u8 winners[] = {XE_ADDRESS_SERVED, XE_ADDRESS_SERVED, XE_ADDRESS_OWN,
				       XE_ADDRESS_BROADCAST};
	struct xe_table table;

	(void)unused;
	for (size_t row = 0; row < sizeof(winners); row++) {
		struct nic_address list[6];

		for (int i = 0; i < 3; i++) {
			list[2 * i] = nth(XE_IPV4, 9, 0, kinds[row][i]);
			list[2 * i + 1] = nth(XE_IPV6, 9, 0, kinds[row][i]);
			list[2 * i].ifindex = list[2 * i + 1].prefix = i; /* no part of identity */
		}
		assert_int_equal(build(&table, list, 6), 0);
		assert_int_equal(table.ipv4_count, 1);
		assert_int_equal(table.ipv6_count, 1);
		assert_int_equal(kind_in(&table, &list[0]), winners[row]);
		assert_int_equal(kind_in(&table, &list[1]), winners[row]);
	}
}

/* Of 40 broadcast, 50 own and 100 served addresses, listed in this order, all served stay. */
static void test_overflow_leaves_out_the_least(void **unused)
{
	struct nic_address list[2 * 190];
	struct xe_table table;
	size_t count = 0, found[4] = {0};

	(void)unused;
	for (unsigned int i = 0; i < 190; i++) {
		enum xe_address_kind kind = i < 40   ? XE_ADDRESS_BROADCAST
					    : i < 90 ? XE_ADDRESS_OWN
						     : XE_ADDRESS_SERVED;

		list[count++] = nth(XE_IPV4, i, 0, kind);
		list[count++] = nth(XE_IPV4, i, 0, kind); /* twice: must not count twice */
	}
	assert_int_equal(build(&table, list, count), 190 - XE_MAX_ADDRESSES);
	assert_int_equal(table.ipv4_count, XE_MAX_ADDRESSES);
	assert_int_equal(table.ipv6_count, 0);
	for (size_t i = 0; i < count; i += 2)
		found[kind_in(&table, &list[i])]++;
	assert_int_equal(found[XE_ADDRESS_SERVED], 100);
	assert_int_equal(found[XE_ADDRESS_OWN], 28);
	assert_int_equal(found[XE_ADDRESS_BROADCAST], 0);
	/* those that stay are the first of the list */
	assert_int_equal(kind_in(&table, &list[2 * 40]), XE_ADDRESS_OWN);
	assert_int_equal(kind_in(&table, &list[2 * 67]), XE_ADDRESS_OWN);
	assert_int_equal(kind_in(&table, &list[2 * 68]), XE_ADDRESS_NONE);
}

/* Two addresses that fold to one key can share no table; the search must not go on for ever. */
static void test_equal_keys(void **unused)
{
	struct nic_address list[2] = {nth(XE_IPV6, 1, 2, XE_ADDRESS_OWN),
				      nth(XE_IPV6, 1, 3, XE_ADDRESS_SERVED)};
	struct xe_table table;

	(void)unused;
	memcpy(list[0].bytes, (__u8[]){0xfd, 0, 0, 0}, 4);
	memcpy(list[1].bytes, (__u8[]){0xfc, 0, 0, 0}, 4);
	if (xe_ipv6_key(xe_load(__u64, list[0].bytes), xe_load(__u64, list[0].bytes + 8), 2) !=
	    xe_ipv6_key(xe_load(__u64, list[1].bytes), xe_load(__u64, list[1].bytes + 8), 3))
		skip(); /* big-endian: these two differ there */
	assert_int_equal(build(&table, list, 2), 1);
	assert_int_equal(kind_in(&table, &list[0]), XE_ADDRESS_NONE);
	assert_int_equal(kind_in(&table, &list[1]), XE_ADDRESS_SERVED);
}

static void test_nonsense_is_not_entered(void **unused)
{
	struct nic_address list[] = {nth(XE_OTHER, 1, 0, XE_ADDRESS_SERVED),
				     nth(XE_IPV4, 1, 0, XE_ADDRESS_NONE),
				     nth(XE_IPV6, 1, 0, XE_ADDRESS_BROADCAST + 1)};
	struct xe_table table;

	(void)unused;
	assert_int_equal(build(&table, list, 3), 0);
	assert_int_equal(table.ipv4_count + table.ipv6_count, 0);
}

static void test_entries(void **unused)
{
	const __u32 qinq = (100 | XE_VLAN_8021AD) | 4095 << XE_VLAN_BITS;
	struct nic_address list[] = {nth(XE_IPV4, 1, 0, XE_ADDRESS_SERVED),
				     nth(XE_IPV4, 255, qinq, XE_ADDRESS_BROADCAST),
				     nth(XE_IPV6, 1, 7, XE_ADDRESS_OWN)};
	struct nic_address *entries;
	struct xe_error error = {0};
	struct xe_table table;
	size_t count, matches = 0;

	(void)unused;
	build(&table, list, 3);
	assert_int_equal(table_entries(&table, &entries, &count, &error), 0);
	assert_int_equal(count, 3);
	for (size_t i = 0; i < 3; i++)
		for (size_t j = 0; j < count; j++)
			matches += memcmp(&list[i], &entries[j], sizeof(*list)) == 0;
	assert_int_equal(matches, 3);
	free(entries);
}

static void test_publish_and_follow(void **unused)
{
	struct xe_live *live = calloc(1, sizeof(*live));
	struct table_copy *copy = calloc(1, sizeof(*copy));
	struct nic_address address = nth(XE_IPV4, 1, 0, XE_ADDRESS_SERVED);
	struct xe_table table;

	(void)unused;
	assert_true(table_follow(live, copy)); /* zeroed memory is a table too */
	assert_int_equal(kind_in(&copy->table, &address), XE_ADDRESS_NONE);
	assert_false(table_follow(live, copy));

	build(&table, &address, 1);
	table_publish(live, &table);
	assert_memory_equal(&live->table[live->active & 1], &table, sizeof(table));
	assert_true(table_follow(live, copy));
	assert_int_equal(kind_in(&copy->table, &address), XE_ADDRESS_SERVED);

	/* two publications bring back the same half: still noticed */
	table_publish(live, &table);
	build(&table, NULL, 0);
	table_publish(live, &table);
	assert_int_equal(live->active, 3);
	assert_true(table_follow(live, copy));
	assert_int_equal(kind_in(&copy->table, &address), XE_ADDRESS_NONE);
	free(copy);
	free(live);
}

/* --- a writer against hammering readers ------------------------------------------------------ */

struct reader {
	const struct xe_live *live;
	const bool *stop;
	__u64 seen, torn;
	struct table_copy copy;
};

/* Every word of a table that the writer publishes here is the same. */
static bool is_torn(const struct xe_table *table)
{
	const __u64 *words = (const __u64 *)table;

	for (size_t i = 1; i < sizeof(*table) / sizeof(*words); i++)
		if (words[i] != words[0])
			return true;
	return false;
}

static void *read_all_the_time(void *argument)
{
	struct reader *reader = argument;

	while (!__atomic_load_n(reader->stop, __ATOMIC_RELAXED)) {
		reader->copy.filled = false; /* copy again, whether or not there is news */
		reader->seen += table_follow(reader->live, &reader->copy);
		reader->torn += is_torn(&reader->copy.table);
	}
	return NULL;
}

/*
 * table_publish without its wait for a grace period, which makes likely what
 * readers have to notice: that the half they copy is written again.
 */
static void publish_in_haste(struct xe_live *live, const struct xe_table *table)
{
	__u32 next = live->active + 1;

	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	memcpy(&live->table[next & 1], table, sizeof(*table));
	__atomic_store_n(&live->active, next, __ATOMIC_RELEASE);
}

static void test_readers_see_whole_tables(void **unused)
{
	__u64 state = 0x2545f4914f6cdd1d;
	struct xe_live *live = calloc(1, sizeof(*live));
	struct reader *readers = calloc(2, sizeof(*readers));
	struct xe_table table;
	pthread_t threads[2];
	bool stop = false;

	(void)unused;
	for (int i = 0; i < 2; i++) {
		readers[i].live = live;
		readers[i].stop = &stop;
		assert_int_equal(pthread_create(&threads[i], NULL, read_all_the_time, &readers[i]),
				 0);
	}
	for (int n = 1; n <= 30000; n++) {
		memset(&table, n, sizeof(table));
		if (n % 3000)
			publish_in_haste(live, &table);
		else
			table_publish(live, &table);
		for (__u64 spin = next_random(&state) % 4096; spin; spin--)
			__asm__ volatile("");
	}
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
		assert_true(readers[i].seen > 0);
		assert_int_equal(readers[i].torn, 0);
		assert_true(table_follow(live, &readers[i].copy) ||
			    readers[i].copy.published == live->active);
		assert_memory_equal(&readers[i].copy.table, &table, sizeof(table));
	}
	free(readers);
	free(live);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_finds_all_and_nothing_else),
		cmocka_unit_test(test_one_address_on_many_vlans),
		cmocka_unit_test(test_full_house_of_link_locals),
		cmocka_unit_test(test_random_addresses),
		cmocka_unit_test(test_duplicates_and_precedence),
		cmocka_unit_test(test_overflow_leaves_out_the_least),
		cmocka_unit_test(test_equal_keys),
		cmocka_unit_test(test_nonsense_is_not_entered),
		cmocka_unit_test(test_entries),
		cmocka_unit_test(test_publish_and_follow),
		cmocka_unit_test(test_readers_see_whole_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
