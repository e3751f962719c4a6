// SPDX-License-Identifier: GPL-2.0-only
/*
 * nic_address.c - the addresses under which an interface is reached: the
 * address part of nic.h.
 *
 * The devices stacked on it come from one dump, the addresses from another. If
 * something changes in between, the watch says so and the caller asks again.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "nic_netlink.h"
#include "packet.h"

/* --- reading an address message -------------------------------------------------------------- */

struct address_message {
	__u8 local[16], prefix[16], broadcast[4];
	bool has_local, has_prefix, has_broadcast;
	__u32 flags;
};

static bool copy_address(const struct nlattr *attr, __u8 *to, size_t size)
{
	if (mnl_attr_get_payload_len(attr) != size)
		return false;
	memcpy(to, mnl_attr_get_payload(attr), size);
	return true;
}

static void read_attributes(const struct nlmsghdr *message, size_t size, struct address_message *m)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, message, sizeof(struct ifaddrmsg))
	{
		switch (mnl_attr_get_type(attr)) {
		case IFA_LOCAL:
			m->has_local = copy_address(attr, m->local, size);
			break;
		case IFA_ADDRESS:
			m->has_prefix = copy_address(attr, m->prefix, size);
			break;
		case IFA_BROADCAST:
			m->has_broadcast = copy_address(attr, m->broadcast, sizeof(m->broadcast));
			break;
		case IFA_FLAGS:
			if (mnl_attr_validate(attr, MNL_TYPE_U32) == 0)
				m->flags = mnl_attr_get_u32(attr);
			break;
		}
	}
}

/* Duplicate address detection (RFC 4862) is not over, or has failed; RFC 4429 may be optimistic. */
static bool is_in_use(__u32 flags)
{
	if (flags & IFA_F_DADFAILED)
		return false;
	return !(flags & IFA_F_TENTATIVE) || flags & IFA_F_OPTIMISTIC;
}

/*
 * The broadcast addresses that the kernel routes as such: the one set, and the
 * last one of the prefix, unless that is too long to have one (RFC 3021).
 */
static size_t broadcasts_of(const struct address_message *m, const struct nic_address *own,
			    struct nic_address *rows)
{
	__u32 found[2] = {0};
	size_t count = 0;

	if (m->has_broadcast)
		found[0] = xe_load(__u32, m->broadcast);
	if (own->prefix < 31)
		found[1] = xe_load(__u32, m->prefix) | htonl(UINT32_MAX >> own->prefix);
	for (size_t i = 0; i < 2; i++) {
		if (!found[i] || (i && found[i] == found[0]))
			continue;
		rows[count] = *own;
		rows[count].kind = XE_ADDRESS_BROADCAST;
		xe_store(__u32, rows[count++].bytes, found[i]);
	}
	return count;
}

size_t nic_parse_address(const struct nlmsghdr *message, struct nic_address rows[NIC_ADDRESS_ROWS])
{
	const struct ifaddrmsg *info = mnl_nlmsg_get_payload(message);
	struct address_message m = {0};
	size_t size;

	if (mnl_nlmsg_get_payload_len(message) < sizeof(*info) ||
	    (info->ifa_family != AF_INET && info->ifa_family != AF_INET6))
		return 0;
	size = info->ifa_family == AF_INET ? 4 : 16;
	m.flags = info->ifa_flags;
	read_attributes(message, size, &m);
	/* with a point-to-point peer IFA_ADDRESS is the peer; IPv6 has IFA_LOCAL only then */
	if (!m.has_prefix || !is_in_use(m.flags))
		return 0;
	rows[0] = (struct nic_address){
		.family = info->ifa_family == AF_INET ? XE_IPV4 : XE_IPV6,
		.kind = XE_ADDRESS_SERVED,
		.prefix = info->ifa_prefixlen,
		.ifindex = info->ifa_index,
	};
	memcpy(rows[0].bytes, m.has_local ? m.local : m.prefix, size);
	return 1 + (info->ifa_family == AF_INET ? broadcasts_of(&m, &rows[0], rows + 1) : 0);
}

/* --- the stack of VLAN devices --------------------------------------------------------------- */

static int by_ifindex(const void *left, const void *right)
{
	const struct nic_level *a = left, *b = right;

	return a->ifindex < b->ifindex ? -1 : a->ifindex > b->ifindex;
}

static const struct nic_level *find_level(const struct nic_level *levels, size_t count,
					  __u32 ifindex)
{
	struct nic_level wanted = {.ifindex = ifindex};

	return count ? bsearch(&wanted, levels, count, sizeof(*levels), by_ifindex) : NULL;
}

static __u32 add_device(__u32 vlan, const struct nic *device)
{
	__u16 type = device->vlan_8021ad ? XE_ETHERTYPE_8021AD : XE_ETHERTYPE_8021Q;

	return xe_add_tag(vlan, xe_wire16(type), xe_wire16(device->vlan_id));
}

/* Appends the VLAN devices that sit right on one of `below`; returns how many. */
static size_t add_storey(const struct nic *links, size_t count, const struct nic_level *below,
			 size_t below_count, struct nic_level *levels)
{
	size_t added = 0;

	for (size_t i = 0; i < count; i++) {
		const struct nic_level *base;

		/* below a device from another namespace an equal ifindex means nothing */
		if (!links[i].up || links[i].link_in_other_netns ||
		    strcmp(links[i].kind, "vlan") != 0)
			continue;
		base = find_level(below, below_count, links[i].link);
		if (base)
			levels[added++] = (struct nic_level){
				.ifindex = links[i].ifindex,
				.vlan = add_device(base->vlan, &links[i]),
			};
	}
	qsort(levels, added, sizeof(*levels), by_ifindex);
	return added;
}

size_t nic_stack(const struct nic *links, size_t count, __u32 ifindex, struct nic_level *levels)
{
	size_t single, total = 0;

	for (size_t i = 0; i < count; i++)
		if (links[i].ifindex == ifindex)
			total = 1;
	if (!total)
		return 0;
	levels[0] = (struct nic_level){.ifindex = ifindex};
	single = add_storey(links, count, levels, 1, levels + 1);
	total += single;
	total += add_storey(links, count, levels + 1, single, levels + total);
	qsort(levels, total, sizeof(*levels), by_ifindex);
	return total;
}

int nic_levels(__u32 ifindex, struct nic_level **levels, size_t *count, struct xe_error *error)
{
	struct netlink_rows links = {.row_size = sizeof(struct nic)};
	int err = nic_ask_links(&links);

	*levels = NULL;
	if (!err) {
		*levels = calloc(links.count + 1, sizeof(**levels));
		err = *levels ? 0 : -ENOMEM;
	}
	if (err) {
		xe_fail(error, -err, "the kernel did not list the VLAN devices on interface %u: %s",
			ifindex, strerror(-err));
		goto out;
	}
	*count = nic_stack(links.rows, links.count, ifindex, *levels);
	if (!*count) {
		err = nic_fail_index(ifindex, error);
		free(*levels);
		*levels = NULL;
	}
out:
	free(links.rows);
	return err;
}

/* --- asking ---------------------------------------------------------------------------------- */

static int take_address(const struct nlmsghdr *message, struct netlink_rows *rows)
{
	struct nic_address found[NIC_ADDRESS_ROWS];
	size_t count = 0;

	if (message->nlmsg_type == RTM_NEWADDR)
		count = nic_parse_address(message, found);
	for (size_t i = 0; i < count; i++) {
		struct nic_address *row = netlink_add_row(rows);

		if (!row)
			return -ENOMEM;
		*row = found[i];
	}
	return 0;
}

/* Keeps the addresses that a level holds, under its VLAN key; returns how many. */
static size_t keep_levels(struct nic_address *list, size_t count, const struct nic_level *levels,
			  size_t level_count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		const struct nic_level *level;

		level = find_level(levels, level_count, list[i].ifindex);
		if (!level)
			continue;
		list[i].vlan = level->vlan;
		list[kept++] = list[i];
	}
	return kept;
}

int nic_addresses(__u32 ifindex, struct nic_address **list, size_t *count, struct xe_error *error)
{
	struct netlink_rows rows = {.row_size = sizeof(**list)};
	union netlink_request request;
	struct nic_level *levels;
	struct ifaddrmsg *info;
	size_t level_count;
	int err;

	err = nic_levels(ifindex, &levels, &level_count, error);
	if (err)
		return err;
	info = netlink_start(&request, RTM_GETADDR, NLM_F_DUMP, sizeof(*info));
	if (level_count == 1) /* the kernel can filter by one interface */
		info->ifa_index = ifindex;
	err = netlink_ask(&request, take_address, &rows);
	if (err == -ENODEV) {
		nic_fail_index(ifindex, error);
	} else if (err) {
		xe_fail(error, -err, "the kernel did not list the addresses of interface %u: %s",
			ifindex, strerror(-err));
	} else {
		*count = keep_levels(rows.rows, rows.count, levels, level_count);
		*list = rows.rows;
		rows.rows = NULL;
	}
	free(levels);
	free(rows.rows);
	return err;
}

int nic_vlans(__u32 ifindex, __u32 *keys, size_t size, struct xe_error *error)
{
	struct nic_level *levels;
	size_t level_count;
	int count = 0, err;

	err = nic_levels(ifindex, &levels, &level_count, error);
	if (err)
		return err;
	for (size_t i = 0; i < level_count; i++) {
		if (levels[i].vlan == 0)
			continue;
		if ((size_t)count < size)
			keys[count] = levels[i].vlan;
		count++;
	}
	free(levels);
	return count;
}
