// SPDX-License-Identifier: GPL-2.0-only
/* socket_control.c - see socket_control.h. */
#include <netinet/udp.h>
#include <string.h>

#include "socket_control.h"

/* As much as there is of a value; the kernel may widen one, never our copy of it. */
static void copy(void *to, size_t size, const struct cmsghdr *control)
{
	size_t length = control->cmsg_len - CMSG_LEN(0);

	memcpy(to, CMSG_DATA(control), length < size ? length : size);
}

static void read_ipv4(const struct cmsghdr *control, struct socket_arrival *arrival)
{
	struct in_pktinfo info = {};

	switch (control->cmsg_type) {
	case IP_PKTINFO:
		/*
		 * ipi_addr, not ipi_spec_dst: for a broadcast or multicast datagram
		 * the latter is an address of ours, and the ping would look like one
		 * to that address.
		 */
		copy(&info, sizeof(info), control);
		arrival->target4 = info.ipi_addr;
		break;
	case IP_TTL:
		copy(&arrival->ttl, sizeof(arrival->ttl), control);
		break;
	case IP_TOS: /* a single byte, unlike all others */
		arrival->tos = *CMSG_DATA(control);
		break;
	}
}

static void read_ipv6(const struct cmsghdr *control, struct socket_arrival *arrival)
{
	struct in6_pktinfo info = {};

	switch (control->cmsg_type) {
	case IPV6_PKTINFO:
		copy(&info, sizeof(info), control);
		arrival->target6 = info.ipi6_addr;
		break;
	case IPV6_HOPLIMIT:
		copy(&arrival->ttl, sizeof(arrival->ttl), control);
		break;
	case IPV6_TCLASS:
		copy(&arrival->tos, sizeof(arrival->tos), control);
		break;
	case IPV6_FLOWINFO:
		copy(&arrival->flow, sizeof(arrival->flow), control);
		break;
	}
}

void socket_read_control(const struct msghdr *message, struct socket_arrival *arrival)
{
	struct msghdr *from = (struct msghdr *)message; /* CMSG_NXTHDR is not const-correct */
	int segment = 0;

	memset(arrival, 0, sizeof(*arrival));
	for (struct cmsghdr *c = CMSG_FIRSTHDR(from); c; c = CMSG_NXTHDR(from, c)) {
		if (c->cmsg_level == IPPROTO_IP)
			read_ipv4(c, arrival);
		else if (c->cmsg_level == IPPROTO_IPV6)
			read_ipv6(c, arrival);
		else if (c->cmsg_level == IPPROTO_UDP && c->cmsg_type == UDP_GRO)
			copy(&segment, sizeof(segment), c);
		else if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_RXQ_OVFL)
			copy(&arrival->overflows, sizeof(arrival->overflows), c);
	}
	arrival->segment = segment;
}

static void put(struct msghdr *message, int level, int type, const void *data, size_t size)
{
	struct cmsghdr *control = (void *)((char *)message->msg_control + message->msg_controllen);

	control->cmsg_level = level;
	control->cmsg_type = type;
	control->cmsg_len = CMSG_LEN(size);
	memcpy(CMSG_DATA(control), data, size);
	message->msg_controllen += CMSG_SPACE(size);
}

/*
 * The interface is left at 0: the socket's device decides the route, with the
 * source address as a key for policy rules.
 */
static void write_ipv4(struct msghdr *message, const struct socket_arrival *arrival, int ttl)
{
	const struct in_pktinfo source = {.ipi_spec_dst = arrival->target4};

	put(message, IPPROTO_IP, IP_PKTINFO, &source, sizeof(source));
	put(message, IPPROTO_IP, IP_TTL, &ttl, sizeof(ttl));
	put(message, IPPROTO_IP, IP_TOS, &arrival->tos, sizeof(arrival->tos));
}

static void write_ipv6(struct msghdr *message, const struct socket_arrival *arrival, int ttl)
{
	const struct in6_pktinfo source = {.ipi6_addr = arrival->target6};
	__u32 label = arrival->flow & htonl(0xfffff); /* RFC 8200, 3 */

	put(message, IPPROTO_IPV6, IPV6_PKTINFO, &source, sizeof(source));
	put(message, IPPROTO_IPV6, IPV6_HOPLIMIT, &ttl, sizeof(ttl));
	put(message, IPPROTO_IPV6, IPV6_TCLASS, &arrival->tos, sizeof(arrival->tos));
	if (label)
		put(message, IPPROTO_IPV6, IPV6_FLOWINFO, &label, sizeof(label));
}

void socket_write_control(struct msghdr *message, const struct socket_arrival *arrival, int ttl,
			  unsigned int segment, bool ipv6)
{
	__u16 size = segment;

	message->msg_controllen = 0;
	if (ipv6)
		write_ipv6(message, arrival, ttl);
	else
		write_ipv4(message, arrival, ttl);
	if (segment)
		put(message, IPPROTO_UDP, UDP_SEGMENT, &size, sizeof(size));
}

void socket_drop_segment(struct msghdr *message)
{
	message->msg_controllen -= CMSG_SPACE(sizeof(__u16));
}
