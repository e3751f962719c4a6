// SPDX-License-Identifier: GPL-2.0-only
/* addresses.c - see addresses.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "addresses.h"
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

static struct address_list *list_served(const struct list *list)
{
	struct address_list *served =
		malloc(sizeof(*served) + list->count * sizeof(*served->items));

	if (!served)
		return NULL;
	served->count = 0;
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].kind == XE_ADDRESS_SERVED)
			served->items[served->count++] = list->items[i];
	qsort(served->items, served->count, sizeof(*served->items), by_order);
	return served;
}

bool addresses_have(const struct address_list *list, const struct nic_address *address)
{
	return bsearch(address, list->items, list->count, sizeof(*list->items), by_order);
}

static int find(struct list *list, const struct xe_request *request, const struct nic *nic,
		struct xe_error *error)
{
	int err = nic_addresses(nic->ifindex, &list->items, &list->count, error);

	if (!err && request->asked_count)
		err = serve_asked(list, request, nic->ifindex, error);
	return err;
}

int addresses_read(struct addresses *addresses, const struct xe_request *request,
		   const struct nic *nic, struct xe_error *error)
{
	struct list list = {};
	int err = find(&list, request, nic, error);

	*addresses = (struct addresses){};
	if (!err) {
		addresses->table = malloc(sizeof(*addresses->table));
		addresses->served = list_served(&list);
		if (!addresses->table || !addresses->served)
			err = xe_fail(error, ENOMEM, "out of memory");
	}
	if (!err)
		err = table_build(addresses->table, nic->mac, list.items, list.count,
				  &addresses->beyond, error);
	if (err) {
		free(addresses->table);
		free(addresses->served);
	}
	free(list.items);
	return err;
}
