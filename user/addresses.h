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

/* What an interface is to answer for: read, and not in force yet. Both are from malloc. */
struct addresses {
	struct xe_table *table;
	struct address_list *served; /* all of them */
	size_t beyond;               /* those that the table had no room for */
};

/* Reads them anew: those asked for with --address if there are any, else the interface's own. */
int addresses_read(struct addresses *addresses, const struct xe_request *request,
		   const struct nic *nic, struct xe_error *error);

/* Is this address, on this VLAN, in the list? */
bool addresses_have(const struct address_list *list, const struct nic_address *address);

#endif
