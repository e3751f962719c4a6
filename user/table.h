/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * table.h - builds the look-up table of our MAC and addresses (struct xe_table).
 */
#ifndef XE_TABLE_H
#define XE_TABLE_H

#include <stddef.h>

#include "abi.h"
#include "error.h"
#include "nic.h"

/*
 * Fills `table` from scratch: multipliers are searched until no two entries
 * share a slot. An (address, VLAN) pair that stands in `list` more than once
 * is entered once; SERVED wins over OWN, OWN over BROADCAST.
 *
 * Beyond XE_MAX_ADDRESSES entries of a family the rest is left out, served
 * ones first to stay, and counted in *left_out: they are answered by the
 * socket path. Never fails for the contents of the list; -ENOMEM aside.
 */
int table_build(struct xe_table *table, const __u8 mac[6], const struct nic_address *list,
		size_t count, size_t *left_out, struct xe_error *error);

/*
 * Makes `table` the one that packets meet: copies it into the idle half, flips,
 * and waits for a grace period (membarrier), after which nobody reads the old
 * half. The caller is the only writer.
 */
void table_publish(struct xe_live *live, const struct xe_table *table);

/* The entries of a table, for status; *list is malloc'ed, in no particular order.
 * `prefix` and `ifindex` are not kept in the table and read as 0. */
int table_entries(const struct xe_table *table, struct nic_address **list, size_t *count,
		  struct xe_error *error);

#endif
