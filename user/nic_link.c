// SPDX-License-Identifier: GPL-2.0-only
/* nic_link.c - network interfaces: the link's part of nic.h. */
#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/ethtool.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <net/if_arp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "nic_netlink.h"

/* ALTIFNAMSIZ of <linux/if.h>, which cannot stand beside <net/if.h> */
enum { ALTERNATIVE_NAME_SIZE = 128 };

/* --- reading a link message ------------------------------------------------------------------ */

static __u32 u32_of(const struct nlattr *attr)
{
	return mnl_attr_validate(attr, MNL_TYPE_U32) < 0 ? 0 : mnl_attr_get_u32(attr);
}

static __u16 u16_of(const struct nlattr *attr)
{
	return mnl_attr_validate(attr, MNL_TYPE_U16) < 0 ? 0 : mnl_attr_get_u16(attr);
}

static void copy_text(char *to, size_t size, const struct nlattr *attr)
{
	size_t length = strnlen(mnl_attr_get_payload(attr), mnl_attr_get_payload_len(attr));

	if (length >= size)
		length = size - 1;
	memcpy(to, mnl_attr_get_payload(attr), length);
	to[length] = '\0';
}

/* Where only one program is attached, old kernels give its id without saying in which mode. */
static void parse_xdp(const struct nlattr *xdp, struct nic_xdp *ids)
{
	const struct nlattr *attr;
	__u8 attached = XDP_ATTACHED_NONE;
	__u32 id = 0;

	mnl_attr_for_each_nested(attr, xdp)
	{
		switch (mnl_attr_get_type(attr)) {
		case IFLA_XDP_ATTACHED:
			if (mnl_attr_validate(attr, MNL_TYPE_U8) == 0)
				attached = mnl_attr_get_u8(attr);
			break;
		case IFLA_XDP_PROG_ID:
			id = u32_of(attr);
			break;
		case IFLA_XDP_DRV_PROG_ID:
			ids->native_id = u32_of(attr);
			break;
		case IFLA_XDP_SKB_PROG_ID:
			ids->generic_id = u32_of(attr);
			break;
		case IFLA_XDP_HW_PROG_ID:
			ids->offload_id = u32_of(attr);
			break;
		}
	}
	if (attached == XDP_ATTACHED_DRV)
		ids->native_id = id;
	else if (attached == XDP_ATTACHED_SKB)
		ids->generic_id = id;
	else if (attached == XDP_ATTACHED_HW)
		ids->offload_id = id;
}

static void parse_vlan(const struct nlattr *data, struct nic *nic)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, data)
	{
		if (mnl_attr_get_type(attr) == IFLA_VLAN_ID)
			nic->vlan_id = u16_of(attr);
		else if (mnl_attr_get_type(attr) == IFLA_VLAN_PROTOCOL)
			nic->vlan_8021ad = u16_of(attr) == htons(ETH_P_8021AD);
	}
}

static void parse_kind(const struct nlattr *info, struct nic *nic)
{
	const struct nlattr *attr, *data = NULL;

	mnl_attr_for_each_nested(attr, info)
	{
		if (mnl_attr_get_type(attr) == IFLA_INFO_KIND)
			copy_text(nic->kind, sizeof(nic->kind), attr);
		else if (mnl_attr_get_type(attr) == IFLA_INFO_DATA)
			data = attr;
	}
	if (data && strcmp(nic->kind, "vlan") == 0)
		parse_vlan(data, nic);
}

static void parse_mac(const struct nlattr *attr, struct nic *nic)
{
	if (mnl_attr_get_payload_len(attr) != sizeof(nic->mac))
		return;
	memcpy(nic->mac, mnl_attr_get_payload(attr), sizeof(nic->mac));
	nic->has_mac = true;
}

static void parse_attribute(const struct nlattr *attr, bool ethernet, struct nic *nic)
{
	switch (mnl_attr_get_type(attr)) {
	case IFLA_IFNAME:
		copy_text(nic->name, sizeof(nic->name), attr);
		break;
	case IFLA_ADDRESS:
		if (ethernet)
			parse_mac(attr, nic);
		break;
	case IFLA_MTU:
		nic->mtu = u32_of(attr);
		break;
	case IFLA_MASTER:
		nic->master = u32_of(attr);
		break;
	case IFLA_LINK:
		nic->link = u32_of(attr);
		break;
	case IFLA_LINK_NETNSID:
		nic->link_in_other_netns = true;
		nic->link_netnsid = (__s32)mnl_attr_get_u32(attr);
		break;
	case IFLA_NUM_RX_QUEUES:
		nic->rx_queues = u32_of(attr);
		break;
	case IFLA_NUM_TX_QUEUES:
		nic->tx_queues = u32_of(attr);
		break;
	case IFLA_LINKINFO:
		parse_kind(attr, nic);
		break;
	case IFLA_XDP:
		parse_xdp(attr, &nic->xdp);
		break;
	}
}

bool nic_parse_link(const struct nlmsghdr *message, struct nic *nic)
{
	const struct ifinfomsg *info = mnl_nlmsg_get_payload(message);
	const struct nlattr *attr;

	if (mnl_nlmsg_get_payload_len(message) < sizeof(*info))
		return false;
	*nic = (struct nic){
		.ifindex = info->ifi_index,
		.up = info->ifi_flags & IFF_UP,
		.running = info->ifi_flags & IFF_RUNNING,
	};
	mnl_attr_for_each(attr, message, sizeof(*info))
		parse_attribute(attr, info->ifi_type == ARPHRD_ETHER, nic);
	return true;
}

/* --- the driver ------------------------------------------------------------------------------ */

static void find_driver(int socket, struct nic *nic)
{
	struct ethtool_drvinfo info = {.cmd = ETHTOOL_GDRVINFO};
	struct ifreq request = {.ifr_data = (void *)&info};

	memcpy(request.ifr_name, nic->name, sizeof(request.ifr_name));
	if (socket >= 0 && ioctl(socket, SIOCETHTOOL, &request) == 0 && info.driver[0])
		memcpy(nic->driver, info.driver, sizeof(nic->driver) - 1);
	else
		memcpy(nic->driver, nic->kind, sizeof(nic->kind));
}

/* Any kind of socket takes the ioctl; netlink is the one that is surely there. */
static void find_drivers(struct nic *nics, size_t count)
{
	int socket_fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	for (size_t i = 0; i < count; i++)
		find_driver(socket_fd, &nics[i]);
	if (socket_fd >= 0)
		close(socket_fd);
}

/* --- asking ---------------------------------------------------------------------------------- */

static int take_link(const struct nlmsghdr *message, struct netlink_rows *rows)
{
	struct nic nic, *row;

	if (message->nlmsg_type != RTM_NEWLINK || !nic_parse_link(message, &nic))
		return 0;
	row = netlink_add_row(rows);
	if (!row)
		return -ENOMEM;
	*row = nic;
	return 0;
}

static struct ifinfomsg *start_link_request(union netlink_request *request, __u16 flags)
{
	struct ifinfomsg *info;

	info = netlink_start(request, RTM_GETLINK, flags, sizeof(*info));
	mnl_attr_put_u32(&request->header, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	return info;
}

/* One link; a negative errno if there is none. */
static int ask_link(union netlink_request *request, struct nic *nic)
{
	struct netlink_rows rows = {.row_size = sizeof(*nic)};
	int err = netlink_ask(request, take_link, &rows);

	if (!err && !rows.count)
		err = -ENODEV;
	if (!err) {
		*nic = *(struct nic *)rows.rows;
		find_drivers(nic, 1);
	}
	free(rows.rows);
	return err;
}

int nic_find(const char *name, struct nic *nic, struct xe_error *error)
{
	size_t length = strlen(name);
	union netlink_request request;
	int err = -ENODEV;

	/* longer names are no names for the kernel either, and have another errno */
	if (length > 0 && length < ALTERNATIVE_NAME_SIZE) {
		start_link_request(&request, NLM_F_ACK);
		mnl_attr_put_strz(&request.header,
				  length < IF_NAMESIZE ? IFLA_IFNAME : IFLA_ALT_IFNAME, name);
		err = ask_link(&request, nic);
	}
	if (err == -ENODEV)
		return xe_fail(
			error, ENODEV,
			"%.128s: no such interface in this network namespace; `ip link` lists "
			"those that are there",
			name);
	if (err)
		return xe_fail(error, -err, "%s: the kernel did not describe the interface: %s",
			       name, strerror(-err));
	return 0;
}

int nic_fail_index(__u32 ifindex, struct xe_error *error)
{
	return xe_fail(error, ENODEV,
		       "no interface has index %u in this network namespace; it was removed, or "
		       "moved to another one",
		       ifindex);
}

int nic_find_index(__u32 ifindex, struct nic *nic, struct xe_error *error)
{
	union netlink_request request;
	int err = -ENODEV;

	if (ifindex > 0 && ifindex <= INT_MAX) {
		start_link_request(&request, NLM_F_ACK)->ifi_index = ifindex;
		err = ask_link(&request, nic);
	}
	if (err == -ENODEV)
		return nic_fail_index(ifindex, error);
	if (err)
		return xe_fail(error, -err, "the kernel did not describe interface %u: %s", ifindex,
			       strerror(-err));
	return 0;
}

int nic_ask_links(struct netlink_rows *rows)
{
	union netlink_request request;

	start_link_request(&request, NLM_F_DUMP);
	return netlink_ask(&request, take_link, rows);
}

int nic_list(struct nic **list, size_t *count, struct xe_error *error)
{
	struct netlink_rows rows = {.row_size = sizeof(**list)};
	int err = nic_ask_links(&rows);

	if (err) {
		free(rows.rows);
		return xe_fail(error, -err, "the kernel did not list the interfaces: %s",
			       strerror(-err));
	}
	find_drivers(rows.rows, rows.count);
	*list = rows.rows;
	*count = rows.count;
	return 0;
}
