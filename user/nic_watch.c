// SPDX-License-Identifier: GPL-2.0-only
/* nic_watch.c - changes of links and addresses as they happen: the watch of nic.h. */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "nic_netlink.h"

enum {
	/* room for a burst of some hundred messages; taken from the kernel only as they come */
	RECEIVE_BUFFER = 2 * 1024 * 1024,
	MESSAGE_SIZE = 32 * 1024,
};

static int join(int watch)
{
	static const int groups[] = {RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR};
	struct sockaddr_nl address = {.nl_family = AF_NETLINK};

	if (bind(watch, (struct sockaddr *)&address, sizeof(address)) < 0)
		return -errno;
	for (size_t i = 0; i < sizeof(groups) / sizeof(*groups); i++)
		if (setsockopt(watch, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &groups[i],
			       sizeof(groups[i])) < 0)
			return -errno;
	return 0;
}

int nic_watch_open(struct xe_error *error)
{
	int size = RECEIVE_BUFFER, watch, err;

	watch = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	err = watch < 0 ? -errno : join(watch);
	if (err) {
		if (watch >= 0)
			close(watch);
		return xe_fail(error, -err, "cannot follow changes of links and addresses: %s",
			       strerror(-err));
	}
	/* beyond the limit of net.core.rmem_max where we may; an overrun is handled in any case */
	if (setsockopt(watch, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0)
		(void)setsockopt(watch, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	return watch;
}

static void parse_link_change(const struct nlmsghdr *message, __u32 ifindex,
			      struct nic_change *change)
{
	const struct ifinfomsg *info = mnl_nlmsg_get_payload(message);
	struct nic nic;

	if (!nic_parse_link(message, &nic))
		return;
	if (strcmp(nic.kind, "vlan") == 0)
		change->addresses = true;
	if (nic.ifindex != ifindex)
		return;
	change->link = true;
	/* of family AF_BRIDGE it is only a port that leaves its bridge */
	if (message->nlmsg_type == RTM_DELLINK && info->ifi_family == AF_UNSPEC)
		change->gone = true;
}

void nic_parse_change(const struct nlmsghdr *message, __u32 ifindex, struct nic_change *change)
{
	switch (message->nlmsg_type) {
	case RTM_NEWADDR:
	case RTM_DELADDR:
		change->addresses = true;
		break;
	case RTM_NEWLINK:
	case RTM_DELLINK:
		parse_link_change(message, ifindex, change);
		break;
	}
}

/* Messages were lost. Whether the interface still exists is the one thing that can be asked now. */
static void assume_all(__u32 ifindex, struct nic_change *change)
{
	struct xe_error ignored = {0};
	struct nic nic;

	change->addresses = true;
	change->link = true;
	if (nic_find_index(ifindex, &nic, &ignored) == -ENODEV)
		change->gone = true;
}

int nic_watch_read(int watch, __u32 ifindex, struct nic_change *change, struct xe_error *error)
{
	union {
		struct nlmsghdr header;
		char bytes[MESSAGE_SIZE];
	} buffer;
	bool lost = false;

	*change = (struct nic_change){0};
	for (;;) {
		ssize_t size = recv(watch, buffer.bytes, sizeof(buffer.bytes), MSG_TRUNC);
		struct nlmsghdr *message = &buffer.header;
		int left = size;

		if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			break;
		if (size < 0 && errno == EINTR)
			continue;
		if (size < 0 && errno != ENOBUFS)
			return xe_fail(error, errno,
				       "cannot read changes of links and addresses: %s",
				       strerror(errno));
		if (size < 0 || (size_t)size > sizeof(buffer.bytes)) {
			lost = true;
			continue;
		}
		for (; mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left))
			nic_parse_change(message, ifindex, change);
	}
	if (lost)
		assume_all(ifindex, change);
	return 0;
}
