/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nic.h - what the kernel knows of a network interface, over netlink (libmnl)
 * and the ethtool ioctl. The only module that speaks either.
 *
 * All calls act in the calling thread's network namespace.
 */
#ifndef XE_NIC_H
#define XE_NIC_H

#include <linux/types.h>
#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>

#include "error.h"

struct nic_xdp {
	__u32 native_id, generic_id, offload_id; /* id of the attached program, 0: none */
};

struct nic {
	__u32 ifindex;
	char name[IF_NAMESIZE];
	char kind[16]; /* rtnetlink's IFLA_INFO_KIND: "veth", "vlan", "tun", ...; "" for hardware */
	char driver[32]; /* ethtool's driver name; the kind where there is none; "" if neither */
	__u8 mac[6];     /* zero where has_mac is false */
	bool has_mac;    /* an Ethernet interface (ARPHRD_ETHER); false for lo, tun, wireguard */
	bool up;         /* administratively */
	bool running;    /* operational: carrier */
	__u32 mtu;
	__u32 master; /* ifindex of the bridge, bond or VRF it belongs to, or 0 */
	__u32 link;   /* IFLA_LINK: the device below a VLAN or macvlan, a veth's peer; or 0 */
	bool link_in_other_netns;   /* IFLA_LINK_NETNSID is there */
	__s32 link_netnsid;         /* and what it says; -1: unknown to this namespace */
	__u16 vlan_id;              /* for kind "vlan" */
	bool vlan_8021ad;           /* for kind "vlan": service tag, not customer tag */
	__u32 rx_queues, tx_queues; /* as rtnetlink says: allocated, not the ones in use */
	struct nic_xdp xdp;
};

/* An address that a frame arriving on the interface may carry. */
struct nic_address {
	__u8 family; /* enum xe_family: XE_IPV4 or XE_IPV6 */
	__u8 kind; /* enum xe_address_kind: SERVED for an address, BROADCAST for a broadcast one */
	__u8 prefix;    /* length in bits */
	__u32 ifindex;  /* the interface that holds it: this one, or a VLAN device above it */
	__u32 vlan;     /* VLAN key (abi.h) under which its frames arrive; 0: untagged */
	__u8 bytes[16]; /* wire order; IPv4 in the first four */
};

/*
 * -ENODEV with a text if there is no such interface. `name` may be one of its
 * alternative names; nic->name is always the proper one.
 */
int nic_find(const char *name, struct nic *nic, struct xe_error *error);
int nic_find_index(__u32 ifindex, struct nic *nic, struct xe_error *error);

/* Every interface of the namespace; *list is malloc'ed, to be freed by the caller. */
int nic_list(struct nic **list, size_t *count, struct xe_error *error);

/*
 * The number that this namespace has for the one behind a descriptor of
 * /run/netns/NAME, as in link_netnsid; -1 if it has none.
 */
__s32 nic_netnsid(int netns);

/*
 * The addresses under which `ifindex` is reached: its own, and those of VLAN
 * devices stacked on it (two deep), each with its VLAN key, and their broadcast
 * addresses: the one set, and the one that the prefix implies. Left out are
 * tentative and DAD-failed IPv6 addresses (optimistic ones are not), and VLAN
 * devices that are down, since the stack takes no frame for them. An address
 * may stand in the list more than once. *list is malloc'ed, to be freed by the
 * caller. -ENODEV if there is no such interface.
 */
int nic_addresses(__u32 ifindex, struct nic_address **list, size_t *count, struct xe_error *error);

/*
 * The VLAN keys of the VLAN devices stacked on `ifindex` that are up, without 0.
 * At most `size` are written; returns how many there are, or -ENODEV.
 */
int nic_vlans(__u32 ifindex, __u32 *keys, size_t size, struct xe_error *error);

/* A device through which frames reach an interface: itself, or a VLAN device above it. */
struct nic_level {
	__u32 ifindex;
	__u32 vlan; /* VLAN key under which its frames arrive; 0: the interface itself */
};

/* Those that are up, and the interface in any case, by ifindex; *levels is malloc'ed. */
int nic_levels(__u32 ifindex, struct nic_level **levels, size_t *count, struct xe_error *error);

/* An open UDP socket of this namespace. */
struct nic_udp_socket {
	__u8 family;   /* enum xe_family */
	__u32 ifindex; /* the device that it is bound to, or 0 */
	__u32 uid;
	__u32 inode; /* of the socket; /proc/PID/fd shows whose it is */
};

/* Those that are bound to a port (wire order), of both families; *list is malloc'ed. */
int nic_udp_sockets(__u16 port, struct nic_udp_socket **list, size_t *count,
		    struct xe_error *error);

/*
 * A netlink socket that becomes readable when a link or an address changes in
 * this namespace. Non-blocking; its descriptor is returned, or a negative errno.
 */
int nic_watch_open(struct xe_error *error);

struct nic_change {
	bool addresses; /* some address or VLAN device changed: ask nic_addresses again */
	bool link;      /* `ifindex` changed: MAC, name, flags, MTU; XDP program, see below */
	bool gone;      /* `ifindex` was removed, or left this namespace */
};

/*
 * Reads everything that is pending, and says what of it concerns `ifindex`.
 * `addresses` is set by any address and any VLAN device of the namespace, for
 * which devices are stacked on `ifindex` only nic_addresses finds out; IPv6
 * router advertisements set it whenever they renew a lifetime. An overrun
 * (ENOBUFS) reads as "anything may have changed", never as an error; whether
 * the interface is gone is then looked up.
 *
 * The kernel announces an XDP program that netlink attaches or detaches while
 * the interface is up, but none that a bpf_link does: who needs to know looks
 * from time to time with nic_find_index.
 */
int nic_watch_read(int watch, __u32 ifindex, struct nic_change *change, struct xe_error *error);

#endif
