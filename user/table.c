// SPDX-License-Identifier: GPL-2.0-only
/*
 * table.c - see table.h.
 *
 * Building takes three steps: choose the entries that fit, search a multiplier
 * that gives each a slot of its own, place them.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "grace.h"
#include "rules.h"
#include "table.h"

/*
 * With 128 entries in 1024 slots about one random multiplier in 4,000 fits. A
 * million in vain (the chance is e^-250) means that the keys are of a kind that
 * the hash cannot part: then the last entry is given up.
 */
enum { TRIES = 1 << 20, BATCH = 32 };

/* What one family's entries are built from. */
struct selection {
	size_t count, left_out;
	const struct nic_address *chosen[XE_MAX_ADDRESSES];
	__u64 keys[XE_MAX_ADDRESSES];
	__u64 multiplier;
};

/* --- choosing: the kinds by their precedence, each address on each VLAN once ---------------- */

static size_t address_size(const struct nic_address *address)
{
	return address->family == XE_IPV4 ? 4 : 16;
}

int table_compare(const struct nic_address *a, const struct nic_address *b)
{
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	if (a->vlan != b->vlan)
		return a->vlan < b->vlan ? -1 : 1;
	return memcmp(a->bytes, b->bytes, address_size(a));
}

/* Equal identities stand together, the one with precedence first. The kinds are numbered so. */
static int by_identity(const void *left, const void *right)
{
	const struct nic_address *a = *(const struct nic_address *const *)left;
	const struct nic_address *b = *(const struct nic_address *const *)right;
	int order = table_compare(a, b);

	return order ? order : a->kind - b->kind;
}

/* By family, then kind, then place in the caller's list. */
static int by_precedence(const void *left, const void *right)
{
	const struct nic_address *a = *(const struct nic_address *const *)left;
	const struct nic_address *b = *(const struct nic_address *const *)right;

	if (a->family != b->family)
		return a->family - b->family;
	if (a->kind != b->kind)
		return a->kind - b->kind;
	return a < b ? -1 : a > b;
}

static bool is_usable(const struct nic_address *address)
{
	return (address->family == XE_IPV4 || address->family == XE_IPV6) &&
	       address->kind >= XE_ADDRESS_SERVED && address->kind <= XE_ADDRESS_BROADCAST;
}

/* Sorts pointers to the distinct entries of `list` by precedence; returns how many there are. */
static size_t rank(const struct nic_address **ranked, const struct nic_address *list, size_t count)
{
	size_t usable = 0, distinct = 0;

	for (size_t i = 0; i < count; i++)
		if (is_usable(&list[i]))
			ranked[usable++] = &list[i];
	qsort(ranked, usable, sizeof(*ranked), by_identity);
	for (size_t i = 0; i < usable; i++)
		if (!distinct || table_compare(ranked[distinct - 1], ranked[i]))
			ranked[distinct++] = ranked[i];
	qsort(ranked, distinct, sizeof(*ranked), by_precedence);
	return distinct;
}

static __u64 key_of(const struct nic_address *address)
{
	const __u8 *bytes = address->bytes;

	if (address->family == XE_IPV4)
		return XE_IPV4_KEY(xe_load(__u32, bytes), address->vlan);
	return xe_ipv6_key(xe_load(__u64, bytes), xe_load(__u64, bytes + 8), address->vlan);
}

static bool has_key(const struct selection *selection, __u64 key)
{
	for (size_t i = 0; i < selection->count; i++)
		if (selection->keys[i] == key)
			return true;
	return false;
}

/* Two IPv6 addresses may fold to one key, rarely; no multiplier can part them. */
static void choose(struct selection *selection, const struct nic_address *address)
{
	__u64 key = key_of(address);

	if (selection->count == XE_MAX_ADDRESSES || has_key(selection, key)) {
		selection->left_out++;
		return;
	}
	selection->keys[selection->count] = key;
	selection->chosen[selection->count++] = address;
}

/* --- the search ------------------------------------------------------------------------------ */

static size_t slot_of(__u64 key, __u64 multiplier)
{
	return key * multiplier >> (64 - XE_TABLE_BITS);
}

static bool fits(const __u64 *keys, size_t count, __u64 multiplier)
{
	__u64 taken[XE_TABLE_SLOTS / 64] = {0};

	for (size_t i = 0; i < count; i++) {
		size_t slot = slot_of(keys[i], multiplier);
		__u64 bit = 1ULL << (slot & 63);

		if (taken[slot / 64] & bit)
			return false;
		taken[slot / 64] |= bit;
	}
	return true;
}

/* True if found; false after TRIES; a negative errno if there are no random numbers. */
static int try_multipliers(struct selection *selection, struct xe_error *error)
{
	__u64 random[BATCH];

	for (size_t tries = 0; tries < TRIES; tries += BATCH) {
		/* up to 256 bytes are never cut short, random(7) */
		if (getrandom(random, sizeof(random), 0) != sizeof(random))
			return xe_fail(error, errno, "no random numbers for the address table: %s",
				       strerror(errno));
		for (size_t i = 0; i < BATCH; i++) {
			selection->multiplier = random[i] | 1;
			if (fits(selection->keys, selection->count, selection->multiplier))
				return true;
		}
	}
	return false;
}

static int search(struct selection *selection, struct xe_error *error)
{
	int found;

	/* one entry fits under any multiplier, so this ends */
	while (!(found = try_multipliers(selection, error))) {
		selection->count--;
		selection->left_out++;
	}
	return found < 0 ? found : 0;
}

/* --- placing --------------------------------------------------------------------------------- */

static const __u64 ipv4_marks[] = {
	[XE_ADDRESS_NONE] = 0,
	[XE_ADDRESS_SERVED] = XE_IPV4_SERVED,
	[XE_ADDRESS_OWN] = XE_IPV4_OWN,
	[XE_ADDRESS_BROADCAST] = XE_IPV4_BROADCAST,
};

static void place_ipv4(struct xe_table *table, const struct selection *selection)
{
	table->ipv4_multiplier = selection->multiplier;
	table->ipv4_count = selection->count;
	for (size_t i = 0; i < selection->count; i++) {
		__u64 key = selection->keys[i];
		__u64 mark = ipv4_marks[selection->chosen[i]->kind];

		table->ipv4[slot_of(key, selection->multiplier)] = key ^ mark;
		table->ipv4_octets[selection->chosen[i]->bytes[0]] = 1;
	}
}

/* 0.0.0.0/8, 127.0.0.0/8, and from 224.0.0.0 on: no host has them (rules.h says which is which). */
static void mark_reserved_ipv4(struct xe_table *table)
{
	table->ipv4_octets[0] = table->ipv4_octets[127] = 1;
	memset(table->ipv4_octets + 224, 1, 256 - 224);
}

static void place_ipv6(struct xe_table *table, const struct selection *selection)
{
	table->ipv6_multiplier = selection->multiplier;
	table->ipv6_count = selection->count;
	for (size_t i = 0; i < selection->count; i++) {
		const struct nic_address *address = selection->chosen[i];

		table->ipv6[slot_of(selection->keys[i], selection->multiplier)] =
			(struct xe_ipv6_slot){
				.hi = xe_load(__u64, address->bytes),
				.lo = xe_load(__u64, address->bytes + 8),
				.vlan = address->vlan,
				.kind = address->kind,
			};
	}
}

int table_build(struct xe_table *table, const __u8 mac[6], const struct nic_address *list,
		size_t count, size_t *left_out, struct xe_error *error)
{
	struct selection ipv4 = {0}, ipv6 = {0};
	const struct nic_address **ranked;
	size_t distinct;
	int err;

	ranked = calloc(count + 1, sizeof(*ranked)); /* one more: none would read as a failure */
	if (!ranked)
		return xe_fail(error, ENOMEM, "no memory for %zu addresses", count);
	distinct = rank(ranked, list, count);
	for (size_t i = 0; i < distinct; i++)
		choose(ranked[i]->family == XE_IPV4 ? &ipv4 : &ipv6, ranked[i]);

	err = search(&ipv4, error);
	if (!err)
		err = search(&ipv6, error);
	if (err)
		goto out;
	memset(table, 0, sizeof(*table));
	memcpy((__u8 *)&table->mac + 2, mac, 6);
	mark_reserved_ipv4(table);
	place_ipv4(table, &ipv4);
	place_ipv6(table, &ipv6);
	*left_out = ipv4.left_out + ipv6.left_out;
out:
	free(ranked);
	return err;
}

/* --- publishing and following ---------------------------------------------------------------- */

void table_publish(struct xe_live *live, const struct xe_table *table)
{
	__u32 next = live->active + 1;

	/* the last publication's `active` must be seen before its old half changes */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	memcpy(&live->table[next & 1], table, sizeof(*table));
	__atomic_store_n(&live->offset, XE_TABLE_AT(next & 1), __ATOMIC_RELEASE);
	__atomic_store_n(&live->active, next, __ATOMIC_RELEASE);
	wait_grace_period();
}

/*
 * The half named by `active` is written only after `active` was raised again, so
 * a copy during which `active` stood still is whole.
 */
bool table_follow(const struct xe_live *live, struct table_copy *copy)
{
	__u32 active = __atomic_load_n(&live->active, __ATOMIC_ACQUIRE);

	if (copy->filled && copy->published == active)
		return false;
	for (;;) {
		memcpy(&copy->table, &live->table[active & 1], sizeof(copy->table));
		copy->published = active;
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		active = __atomic_load_n(&live->active, __ATOMIC_ACQUIRE);
		if (active == copy->published)
			break;
	}
	copy->filled = true;
	return true;
}

/* --- listing --------------------------------------------------------------------------------- */

/* The kind whose mark makes a key of it. */
static __u8 ipv4_slot_kind(__u64 slot)
{
	__u8 kind = XE_ADDRESS_BROADCAST;

	while (kind != XE_ADDRESS_NONE && (slot ^ ipv4_marks[kind]) >> XE_IPV4_KEY_BITS)
		kind--;
	return kind;
}

static size_t list_ipv4(const struct xe_table *table, struct nic_address *list)
{
	size_t count = 0;

	for (size_t i = 0; i < XE_TABLE_SLOTS; i++) {
		__u64 slot = table->ipv4[i], key;
		__u8 kind = ipv4_slot_kind(slot);
		__u32 address;

		if (kind == XE_ADDRESS_NONE)
			continue;
		key = slot ^ ipv4_marks[kind];
		address = key;
		list[count] = (struct nic_address){
			.family = XE_IPV4,
			.kind = kind,
			.vlan = key >> 32,
		};
		memcpy(list[count++].bytes, &address, sizeof(address));
	}
	return count;
}

static size_t list_ipv6(const struct xe_table *table, struct nic_address *list)
{
	size_t count = 0;

	for (size_t i = 0; i < XE_TABLE_SLOTS; i++) {
		const struct xe_ipv6_slot *slot = &table->ipv6[i];

		if (slot->kind == XE_ADDRESS_NONE)
			continue;
		list[count] = (struct nic_address){
			.family = XE_IPV6,
			.kind = slot->kind,
			.vlan = slot->vlan,
		};
		memcpy(list[count].bytes, &slot->hi, sizeof(slot->hi));
		memcpy(list[count++].bytes + 8, &slot->lo, sizeof(slot->lo));
	}
	return count;
}

int table_entries(const struct xe_table *table, struct nic_address **list, size_t *count,
		  struct xe_error *error)
{
	/* as many as the slots, not as the counts say: a reader trusts no file */
	*list = calloc(2 * XE_TABLE_SLOTS, sizeof(**list));
	if (!*list)
		return xe_fail(error, ENOMEM, "no memory for the addresses of a table");
	*count = list_ipv4(table, *list);
	*count += list_ipv6(table, *list + *count);
	return 0;
}
