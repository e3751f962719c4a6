/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * table.h - builds, publishes and reads the look-up table of our MAC and
 * addresses (struct xe_table).
 */
#ifndef XE_TABLE_H
#define XE_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "abi.h"
#include "error.h"
#include "nic.h"

/*
 * Fills `table` from scratch: multipliers are searched until no two entries
 * share a slot. An (address, VLAN) pair that stands in `list` more than once
 * is entered once; SERVED wins over OWN, OWN over BROADCAST.
 *
 * Beyond XE_MAX_ADDRESSES entries of a family the rest is left out and counted
 * in *left_out: it is the socket path's to answer. SERVED ones are the first to
 * stay, then OWN, then BROADCAST; within a kind, in the order of the list.
 * Never fails for the contents of the list, only for want of memory or of
 * random numbers.
 */
int table_build(struct xe_table *table, const __u8 mac[6], const struct nic_address *list,
		size_t count, size_t *left_out, struct xe_error *error);

/* Orders by family, VLAN key and address; 0 if both are one entry of a table. */
int table_compare(const struct nic_address *a, const struct nic_address *b);

/*
 * Makes `table` the one that packets meet: copies it into the idle half, raises
 * `active`, and waits for a grace period (membarrier), after which no XDP
 * program reads the old half. The caller is the only writer. Blocks for some
 * milliseconds.
 */
void table_publish(struct xe_live *live, const struct xe_table *table);

/*
 * A userspace reader's own copy of the table in use; starts out zeroed. A
 * grace period waits for XDP programs, not for threads, so a thread must not
 * look up in `live` itself.
 */
struct table_copy {
	bool filled;
	__u32 published; /* the `active` it was taken at */
	struct xe_table table;
};

/* Brings the copy up to date; one load where nothing was published since. True if it changed. */
bool table_follow(const struct xe_live *live, struct table_copy *copy);

/* The entries of a table, for status; *list is malloc'ed, in no particular order.
 * `prefix` and `ifindex` are not kept in the table and read as 0. */
int table_entries(const struct xe_table *table, struct nic_address **list, size_t *count,
		  struct xe_error *error);

#endif
