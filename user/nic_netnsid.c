// SPDX-License-Identifier: GPL-2.0-only
/* nic_netnsid.c - a neighbour namespace by its number: part of nic.h. */
#include <libmnl/libmnl.h>
#include <linux/net_namespace.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>

#include "nic_netlink.h"

static int take_number(const struct nlmsghdr *message, struct netlink_rows *rows)
{
	const struct nlattr *attr;
	__s32 *row;

	mnl_attr_for_each(attr, message, sizeof(struct rtgenmsg))
	{
		if (mnl_attr_get_type(attr) != NETNSA_NSID)
			continue;
		row = netlink_add_row(rows);
		if (row)
			*row = (__s32)mnl_attr_get_u32(attr);
	}
	return 0;
}

__s32 nic_netnsid(int netns)
{
	struct netlink_rows rows = {.row_size = sizeof(__s32)};
	union netlink_request request;
	__s32 number = -1;

	netlink_start(&request, RTM_GETNSID, NLM_F_ACK, sizeof(struct rtgenmsg));
	mnl_attr_put_u32(&request.header, NETNSA_FD, netns);
	if (netlink_ask(&request, take_number, &rows) == 0 && rows.count)
		number = *(__s32 *)rows.rows;
	free(rows.rows);
	return number;
}
