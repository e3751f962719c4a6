// SPDX-License-Identifier: GPL-2.0-only
/* nic_route.c - see nic_route.h. */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "abi.h"
#include "nic_netlink.h"
#include "nic_route.h"

/* Addresses that no host has, and that only a default route reaches (RFC 7600, RFC 6666). */
static const __u8 anywhere_ipv4[] = {192, 0, 0, 8};
static const __u8 anywhere_ipv6[16] = {0x01, [15] = 1};

static int to_family(__u8 family)
{
	return family == XE_IPV4 ? AF_INET : AF_INET6;
}

static size_t size_of(__u8 family)
{
	return family == XE_IPV4 ? 4 : 16;
}

struct found {
	struct nic_route route;
	__u8 prefix;
	__u8 type;
};

static int take_route(const struct nlmsghdr *message, struct netlink_rows *rows)
{
	const struct rtmsg *header = mnl_nlmsg_get_payload(message);
	const struct nlattr *attr;
	struct found *found;

	if (message->nlmsg_type != RTM_NEWROUTE)
		return 0;
	found = netlink_add_row(rows);
	if (!found)
		return -ENOMEM;
	found->prefix = header->rtm_dst_len;
	found->type = header->rtm_type;
	found->route.table = header->rtm_table;
	mnl_attr_for_each(attr, message, sizeof(*header))
	{
		size_t length = mnl_attr_get_payload_len(attr);

		switch (mnl_attr_get_type(attr)) {
		case RTA_OIF:
			found->route.ifindex = mnl_attr_get_u32(attr);
			break;
		case RTA_TABLE:
			found->route.table = mnl_attr_get_u32(attr);
			break;
		case RTA_GATEWAY:
			found->route.has_gateway = length <= sizeof(found->route.gateway);
			if (found->route.has_gateway)
				memcpy(found->route.gateway, mnl_attr_get_payload(attr), length);
			break;
		}
	}
	return 0;
}

int nic_route_from(const struct nic_address *source, struct nic_route *route)
{
	struct netlink_rows rows = {.row_size = sizeof(struct found)};
	const __u8 *target = source->family == XE_IPV4 ? anywhere_ipv4 : anywhere_ipv6;
	size_t size = size_of(source->family);
	union netlink_request request;
	struct rtmsg *header;
	int err;

	header = netlink_start(&request, RTM_GETROUTE, NLM_F_ACK, sizeof(*header));
	header->rtm_family = to_family(source->family);
	header->rtm_src_len = header->rtm_dst_len = 8 * size;
	if (source->family == XE_IPV4) /* IPv6 says the table unasked, and refuses the flag */
		header->rtm_flags = RTM_F_LOOKUP_TABLE;
	mnl_attr_put(&request.header, RTA_SRC, size, source->bytes);
	mnl_attr_put(&request.header, RTA_DST, size, target);
	err = netlink_ask(&request, take_route, &rows);
	if (!err && (!rows.count || ((struct found *)rows.rows)->type != RTN_UNICAST))
		err = -ENETUNREACH;
	if (!err)
		*route = ((struct found *)rows.rows)->route;
	free(rows.rows);
	return err;
}

int nic_default_route(__u32 ifindex, __u8 family, struct nic_route *route)
{
	struct netlink_rows rows = {.row_size = sizeof(struct found)};
	union netlink_request request;
	struct rtmsg *header;
	int err;

	header = netlink_start(&request, RTM_GETROUTE, NLM_F_DUMP, sizeof(*header));
	header->rtm_family = to_family(family);
	err = netlink_ask(&request, take_route, &rows);
	if (!err)
		err = -ENOENT;
	for (size_t i = 0; i < rows.count; i++) {
		const struct found *found = (struct found *)rows.rows + i;

		if (found->prefix || found->route.ifindex != ifindex || !found->route.has_gateway)
			continue;
		*route = found->route;
		err = 0;
		break;
	}
	free(rows.rows);
	return err;
}
