// SPDX-License-Identifier: GPL-2.0-only
/* nic_features.c - see nic_features.h. */
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/genetlink.h>
#include <linux/sockios.h>
#include <libmnl/libmnl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "nic_features.h"
#include "nic_netlink.h"

/* The netdev family, Linux 6.3: include/uapi/linux/netdev.h */
enum {
	NETDEV_CMD_DEV_GET = 1,
	NETDEV_A_DEV_IFINDEX = 1,
	NETDEV_A_DEV_XDP_FEATURES = 3,
	NETDEV_A_DEV_XDP_RX_METADATA_FEATURES = 5,
};

/* --- netdev netlink -------------------------------------------------------------------------- */

static int take_family(const struct nlmsghdr *message, struct netlink_rows *rows)
{
	const struct nlattr *attr;
	__u16 *row;

	mnl_attr_for_each(attr, message, sizeof(struct genlmsghdr))
	{
		if (mnl_attr_get_type(attr) != CTRL_ATTR_FAMILY_ID)
			continue;
		row = netlink_add_row(rows);
		if (row)
			*row = mnl_attr_get_u16(attr);
	}
	return 0;
}

static struct genlmsghdr *start_generic(union netlink_request *request, __u16 type, __u8 command)
{
	struct genlmsghdr *header = netlink_start(request, type, NLM_F_ACK, sizeof(*header));

	header->cmd = command;
	header->version = 1;
	return header;
}

/* The number of the netdev family, or 0 before Linux 6.3. */
static __u16 netdev_family(void)
{
	struct netlink_rows rows = {.row_size = sizeof(__u16)};
	union netlink_request request;
	__u16 family = 0;

	start_generic(&request, GENL_ID_CTRL, CTRL_CMD_GETFAMILY);
	mnl_attr_put_strz(&request.header, CTRL_ATTR_FAMILY_NAME, "netdev");
	if (netlink_ask_family(NETLINK_GENERIC, &request, take_family, &rows) == 0 && rows.count)
		family = *(__u16 *)rows.rows;
	free(rows.rows);
	return family;
}

static int take_features(const struct nlmsghdr *message, struct netlink_rows *rows)
{
	struct nic_features *features = netlink_add_row(rows);
	const struct nlattr *attr;

	mnl_attr_for_each(attr, message, sizeof(struct genlmsghdr))
	{
		if (!features || mnl_attr_get_payload_len(attr) < sizeof(__u64))
			continue;
		if (mnl_attr_get_type(attr) == NETDEV_A_DEV_XDP_FEATURES) {
			features->xdp_known = true;
			features->xdp = mnl_attr_get_u64(attr);
		} else if (mnl_attr_get_type(attr) == NETDEV_A_DEV_XDP_RX_METADATA_FEATURES) {
			features->xdp_metadata = mnl_attr_get_u64(attr);
		}
	}
	return 0;
}

static void ask_netdev(const struct nic *nic, struct nic_features *features)
{
	struct netlink_rows rows = {.row_size = sizeof(*features)};
	union netlink_request request;
	__u16 family = netdev_family();

	if (!family)
		return;
	start_generic(&request, family, NETDEV_CMD_DEV_GET);
	mnl_attr_put_u32(&request.header, NETDEV_A_DEV_IFINDEX, nic->ifindex);
	if (netlink_ask_family(NETLINK_GENERIC, &request, take_features, &rows) == 0 && rows.count)
		*features = *(struct nic_features *)rows.rows;
	free(rows.rows);
}

/* --- ethtool --------------------------------------------------------------------------------- */

static bool ask_ethtool(const struct nic *nic, void *command)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	struct ifreq request = {.ifr_data = command};
	bool answered;

	if (fd < 0)
		return false;
	memcpy(request.ifr_name, nic->name, sizeof(request.ifr_name));
	answered = ioctl(fd, SIOCETHTOOL, &request) == 0;
	close(fd);
	return answered;
}

static bool ask_channels(const struct nic *nic, struct nic_queues *queues)
{
	struct ethtool_channels channels = {.cmd = ETHTOOL_GCHANNELS};

	if (!ask_ethtool(nic, &channels))
		return false;
	queues->rx = channels.combined_count + channels.rx_count;
	queues->tx = channels.combined_count + channels.tx_count;
	queues->most = channels.max_combined;
	return true;
}

struct nic_queues nic_queues(const struct nic *nic)
{
	struct nic_queues queues;

	if (ask_channels(nic, &queues))
		return queues;
	return (struct nic_queues){nic->rx_queues, nic->tx_queues, 0};
}

int nic_refuse_fatal(const struct nic *nic, const char *words, struct xe_error *error)
{
	__u32 cpus = libbpf_num_possible_cpus();
	struct nic_queues queues;

	/* below a program, the numbers are others; and it is too late */
	if (strcmp(nic->driver, "virtio_net") || nic->xdp.native_id)
		return 0;
	queues = nic_queues(nic);
	if (queues.tx <= cpus || queues.tx + cpus <= queues.most)
		return 0;
	return xe_fail(error, EOPNOTSUPP,
		       "%s: %s has %u queues for %u CPUs, for which a fault of virtio_net brings "
		       "down the kernel; have fewer with: ethtool -L %s combined %u",
		       words, nic->name, queues.tx, cpus, nic->name, cpus);
}

void nic_features(const struct nic *nic, struct nic_features *features)
{
	struct nic_queues queues;
	struct ethtool_value flags = {.cmd = ETHTOOL_GFLAGS};

	memset(features, 0, sizeof(*features));
	ask_netdev(nic, features);
	if (ask_ethtool(nic, &flags)) {
		features->rx_vlan_stripping = flags.data & ETH_FLAG_RXVLAN;
		features->lro = flags.data & ETH_FLAG_LRO;
	}
	if (ask_channels(nic, &queues)) {
		features->rx_queues = queues.rx;
		features->combined = queues.most;
	}
}
