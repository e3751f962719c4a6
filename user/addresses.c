// SPDX-License-Identifier: GPL-2.0-only
/* addresses.c - see addresses.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "addresses.h"
#include "rules.h"
#include "table.h"

#define MAX_VLANS 64 /* VLAN devices on one interface that --address reaches */

struct list {
	struct nic_address *items;
	size_t count;
};

static int append(struct list *list, const struct nic_address *item)
{
	struct nic_address *more = reallocarray(list->items, list->count + 1, sizeof(*more));

	if (!more)
		return -ENOMEM;
	list->items = more;
	list->items[list->count++] = *item;
	return 0;
}

/* An address asked for without a VLAN is served on each that the interface has. */
static int append_asked(struct list *list, const struct xe_asked_address *asked, const __u32 *vlans,
			size_t vlan_count)
{
	struct nic_address item = {.family = asked->family, .kind = XE_ADDRESS_SERVED};
	int err;

	memcpy(item.bytes, asked->bytes, sizeof(item.bytes));
	item.vlan = asked->vlan;
	err = append(list, &item);
	for (size_t i = 0; !err && asked->any_vlan && i < vlan_count; i++) {
		item.vlan = vlans[i];
		err = append(list, &item);
	}
	return err;
}

/* The interface's own addresses are not served then, but stay refused as a source. */
static int serve_asked(struct list *list, const struct xe_request *request, __u32 ifindex,
		       struct xe_error *error)
{
	__u32 vlans[MAX_VLANS];
	int known = nic_vlans(ifindex, vlans, MAX_VLANS, error);

	if (known < 0)
		return known;
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].kind == XE_ADDRESS_SERVED)
			list->items[i].kind = XE_ADDRESS_OWN;
	for (__u32 i = 0; i < request->asked_count; i++)
		if (append_asked(list, &request->asked[i], vlans,
				 known < MAX_VLANS ? known : MAX_VLANS))
			return xe_fail(error, ENOMEM, "out of memory");
	return 0;
}

static int by_order(const void *a, const void *b)
{
	return table_compare(a, b);
}

static bool is_left_out(const struct xe_table *table, const struct nic_address *address)
{
	const __u8 *bytes = address->bytes;

	if (address->kind != XE_ADDRESS_SERVED)
		return false;
	if (address->family == XE_IPV4)
		return xe_ipv4_kind(table, xe_load(__u32, bytes), address->vlan) == XE_ADDRESS_NONE;
	return xe_ipv6_kind(table, xe_load(__u64, bytes), xe_load(__u64, bytes + 8),
			    address->vlan) == XE_ADDRESS_NONE;
}

static int find_left_out(const struct xe_table *table, const struct list *list,
			 struct address_list **out, struct xe_error *error)
{
	struct address_list *left_out;

	left_out = malloc(sizeof(*left_out) + list->count * sizeof(*left_out->items));
	if (!left_out)
		return xe_fail(error, ENOMEM, "out of memory");
	left_out->count = 0;
	for (size_t i = 0; i < list->count; i++)
		if (is_left_out(table, &list->items[i]))
			left_out->items[left_out->count++] = list->items[i];
	qsort(left_out->items, left_out->count, sizeof(*left_out->items), by_order);
	*out = left_out;
	return 0;
}

bool addresses_have(const struct address_list *list, const struct nic_address *address)
{
	return bsearch(address, list->items, list->count, sizeof(*list->items), by_order);
}

int addresses_refresh(struct xe_state *state, const struct nic *nic, struct address_list **left_out,
		      struct xe_error *error)
{
	struct xe_table *table = malloc(sizeof(*table));
	struct list list = {};
	size_t beyond = 0;
	int err;

	*left_out = NULL;

	if (!table)
		return xe_fail(error, ENOMEM, "out of memory");
	err = nic_addresses(nic->ifindex, &list.items, &list.count, error);
	if (!err && state->request.asked_count)
		err = serve_asked(&list, &state->request, nic->ifindex, error);
	if (!err)
		err = table_build(table, nic->mac, list.items, list.count, &beyond, error);
	if (!err && beyond)
		err = find_left_out(table, &list, left_out, error);
	if (!err)
		table_publish(&state->live, table);
	free(list.items);
	free(table);
	return err;
}
