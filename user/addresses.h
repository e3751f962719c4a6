/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * addresses.h - which addresses an attached interface answers for.
 */
#ifndef XE_ADDRESSES_H
#define XE_ADDRESSES_H

#include <stddef.h>

#include "abi.h"
#include "error.h"
#include "nic.h"

/* Addresses in the order of table_compare. */
struct address_list {
	size_t count;
	struct nic_address items[];
};

/*
 * Reads the interface's addresses anew and puts them before the packets: those
 * asked for with --address if there are any, else the interface's own. Those
 * that should be served and that the table had no room for are in *left_out,
 * malloc'ed; NULL if there are none.
 */
int addresses_refresh(struct xe_state *state, const struct nic *nic, struct address_list **left_out,
		      struct xe_error *error);

/* Is this address, on this VLAN, in the list? */
bool addresses_have(const struct address_list *list, const struct nic_address *address);

#endif
