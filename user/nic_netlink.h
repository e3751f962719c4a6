/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nic_netlink.h - what the nic_*.c files share: asking rtnetlink, and reading
 * its messages. Private to them and to their tests.
 *
 * The parsers are pure functions of one message, so that devices which a
 * machine cannot make (VLANs, QinQ) can be tested on messages.
 */
#ifndef XE_NIC_NETLINK_H
#define XE_NIC_NETLINK_H

#include <linux/netlink.h>

#include "nic.h"

/* Rows of one size that grow; `rows` is malloc'ed. */
struct netlink_rows {
	size_t row_size;
	void *rows;
	size_t count, room;
};

/* Appends a zeroed row; NULL if there is no memory. */
void *netlink_add_row(struct netlink_rows *rows);

/* A request under construction; the header starts it, attributes follow. */
union netlink_request {
	struct nlmsghdr header;
	char bytes[512];
};

/* Starts a request of this type, with `family` in its family header of `size` zeroed bytes. */
void *netlink_start(union netlink_request *request, __u16 type, __u16 flags, size_t size);

/* Adds what a message says to the rows; returns 0 or a negative errno. */
typedef int netlink_take(const struct nlmsghdr *message, struct netlink_rows *rows);

/*
 * Sends a request to a netlink family, such as NETLINK_ROUTE, and takes every
 * message of its answer. A dump during which something changed is asked for
 * again, from an empty start. Returns 0 or the kernel's negative errno; the
 * caller puts it into words.
 */
int netlink_ask_family(int family, union netlink_request *request, netlink_take *take,
		       struct netlink_rows *rows);

/* The same, of rtnetlink. */
int netlink_ask(union netlink_request *request, netlink_take *take, struct netlink_rows *rows);

/* Every link of the namespace, without drivers. rows->row_size is sizeof(struct nic). */
int nic_ask_links(struct netlink_rows *rows);

/* -ENODEV, and words for it. */
int nic_fail_index(__u32 ifindex, struct xe_error *error);

/* RTM_NEWLINK or RTM_DELLINK: all of struct nic but the driver. False if it is malformed. */
bool nic_parse_link(const struct nlmsghdr *message, struct nic *nic);

/*
 * RTM_NEWADDR: the address itself, and up to two broadcast addresses; `vlan` is
 * 0. Returns how many were written: none for an address that is not in use.
 */
enum { NIC_ADDRESS_ROWS = 3 };
size_t nic_parse_address(const struct nlmsghdr *message, struct nic_address rows[NIC_ADDRESS_ROWS]);

/* What one notification says about `ifindex`; adds to *change. */
void nic_parse_change(const struct nlmsghdr *message, __u32 ifindex, struct nic_change *change);

/*
 * Writes the interface and the VLAN devices stacked on it, sorted by ifindex;
 * there is room for `count`. Returns how many there are: 0 if the interface is
 * not among the links.
 */
size_t nic_stack(const struct nic *links, size_t count, __u32 ifindex, struct nic_level *levels);

#endif
