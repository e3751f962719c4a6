/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nic_features.h - what a driver can do and is set to: for `check`, and for
 * those who need the number of queues in use. ethtool ioctl and netdev netlink.
 */
#ifndef XE_NIC_FEATURES_H
#define XE_NIC_FEATURES_H

#include "nic.h"

/* Bits of the netdev family (Linux 6.3), which Debian 12's headers do not have yet. */
enum {
	NIC_XDP_BASIC = 1 << 0,    /* drop, pass and transmit */
	NIC_XDP_REDIRECT = 1 << 1, /* to other devices and AF_XDP sockets */
	NIC_XDP_TRANSMIT = 1 << 2, /* frames that come from other devices */
	NIC_XDP_ZEROCOPY = 1 << 3, /* AF_XDP without a copy */
	NIC_XDP_RX_SG = 1 << 5,    /* frames of several buffers */
};

/* Bits of its metadata set. */
enum {
	NIC_XDP_META_VLAN = 1 << 2, /* shows a stripped tag (Linux 6.8) */
};

struct nic_features {
	bool xdp_known;     /* the kernel says what the driver can do; else only a trial shows */
	__u64 xdp;          /* NIC_XDP_* */
	__u64 xdp_metadata; /* NIC_XDP_META_* */
	bool rx_vlan_stripping; /* the card takes VLAN tags out of the frame */
	bool lro;
	__u32 rx_queues; /* in use; 0 if the driver does not say */
	bool combined;   /* ethtool -L calls them so, and not rx and tx */
};

/* Never fails: what cannot be read stays zero. */
void nic_features(const struct nic *nic, struct nic_features *features);

/*
 * The queues in use now (`ethtool -l`), which `ethtool -L` changes. A driver that
 * does not say is taken to use all that it allocated.
 */
struct nic_queues {
	__u32 rx, tx;
	__u32 most; /* that it can have of both kinds; 0 if the driver does not say */
};

struct nic_queues nic_queues(const struct nic *nic);

/*
 * Would native XDP bring down the kernel? virtio_net needs a transmit queue for each CPU
 * beside those of the stack. Where it has not so many it shares what there is, rightly if
 * there are no more of them than CPUs; if there are, the first reply makes it follow a
 * pointer beyond its table of queues (seen on 6.12: a panic in virtqueue_get_buf).
 * -EOPNOTSUPP, and what to do.
 */
int nic_refuse_fatal(const struct nic *nic, const char *words, struct xe_error *error);

#endif
