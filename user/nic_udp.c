// SPDX-License-Identifier: GPL-2.0-only
/* nic_udp.c - who has a UDP port: the sock_diag(7) part of nic.h. */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "abi.h"
#include "nic_netlink.h"

static int take_socket(const struct nlmsghdr *message, struct netlink_rows *rows)
{
	const struct inet_diag_msg *found = mnl_nlmsg_get_payload(message);
	struct nic_udp_socket *row;

	if (message->nlmsg_type != SOCK_DIAG_BY_FAMILY ||
	    mnl_nlmsg_get_payload_len(message) < sizeof(*found))
		return 0;
	row = netlink_add_row(rows);
	if (!row)
		return -ENOMEM;
	*row = (struct nic_udp_socket){
		.family = found->idiag_family == AF_INET ? XE_IPV4 : XE_IPV6,
		.ifindex = found->id.idiag_if,
		.uid = found->idiag_uid,
		.inode = found->idiag_inode,
	};
	return 0;
}

/* The kernel filters by the local port. Where it cannot list a family, we know of none. */
static int ask(int family, __u16 port, struct netlink_rows *rows)
{
	union netlink_request request;
	struct inet_diag_req_v2 *wanted;
	int err;

	wanted = netlink_start(&request, SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, sizeof(*wanted));
	wanted->sdiag_family = family;
	wanted->sdiag_protocol = IPPROTO_UDP;
	wanted->idiag_states = ~0U;
	wanted->id.idiag_sport = port;
	err = netlink_ask_family(NETLINK_SOCK_DIAG, &request, take_socket, rows);
	return err == -ENOENT ? 0 : err;
}

int nic_udp_sockets(__u16 port, struct nic_udp_socket **list, size_t *count, struct xe_error *error)
{
	struct netlink_rows ipv4 = {.row_size = sizeof(**list)}, ipv6 = ipv4;
	int err = ask(AF_INET, port, &ipv4);

	if (!err)
		err = ask(AF_INET6, port, &ipv6);
	for (size_t i = 0; !err && i < ipv6.count; i++) {
		struct nic_udp_socket *row = netlink_add_row(&ipv4);

		if (row)
			*row = ((struct nic_udp_socket *)ipv6.rows)[i];
		else
			err = -ENOMEM;
	}
	free(ipv6.rows);
	if (err) {
		free(ipv4.rows);
		return xe_fail(error, -err, "the kernel did not list the UDP sockets: %s",
			       strerror(-err));
	}
	*list = ipv4.rows;
	*count = ipv4.count;
	return 0;
}
