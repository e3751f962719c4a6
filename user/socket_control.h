/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * socket_control.h - what a datagram carries beside its payload: recvmsg(2)'s
 * control messages read, and those of its reply written.
 */
#ifndef XE_SOCKET_CONTROL_H
#define XE_SOCKET_CONTROL_H

#include <linux/types.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>

#ifndef IPV6_FLOWINFO
#define IPV6_FLOWINFO 11 /* linux/in6.h, which does not go together with netinet/in.h */
#endif

/* Both directions fit: six messages of at most CMSG_SPACE(sizeof(struct in6_pktinfo)). */
enum { SOCKET_CONTROL_SIZE = 256 };

/* A field that the kernel left out is zero, and leads to no reply. */
struct socket_arrival {
	struct in_addr target4; /* destination of the header */
	struct in6_addr target6;
	int ttl;              /* or hop limit */
	int tos;              /* or traffic class: DSCP and ECN */
	__u32 flow;           /* IPv6: traffic class and flow label, wire order */
	__u32 overflows;      /* datagrams that the socket's queue had no room for, ever */
	unsigned int segment; /* GRO: bytes of each datagram but the last; 0: there is one */
};

void socket_read_control(const struct msghdr *message, struct socket_arrival *arrival);

/*
 * Sends from the address that was asked, with this TTL and the request's TOS. A
 * `segment` other than zero splits the payload into datagrams of so many bytes
 * (GSO); its message is the last, see socket_drop_segment.
 */
void socket_write_control(struct msghdr *message, const struct socket_arrival *arrival, int ttl,
			  unsigned int segment, bool ipv6);

/* The same control messages without the segment. */
void socket_drop_segment(struct msghdr *message);

#endif
