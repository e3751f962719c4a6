/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * frame.h - builds Ethernet frames from a description, and the replies they should get.
 *
 * Written from the RFCs, with every checksum computed in full over the finished bytes, and
 * without a line of the code under test, so that the two can disagree.
 */
#ifndef TEST_FRAME_H
#define TEST_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "abi.h"

#define FRAME_MAX 70000 /* bytes; more than the largest that is built */

#define SERVER_MAC "02:00:00:00:00:01"
#define CLIENT_MAC "02:00:00:00:00:02"

enum { ANY = -1 }; /* for .ip_checksum: what comes out; for .cut: the whole frame */

struct tag {
	__u16 type, tci; /* 0, 0: no tag */
};

struct frame {
	enum xe_family family; /* XE_IPV4 or XE_IPV6 */
	const char *target_mac, *source_mac;
	struct tag tags[4];
	__u16 ethertype; /* 0: as the family says */
	const char *source, *target;
	__u8 version;   /* first byte of the IP header: 0x45, 0x60 */
	__u8 tos;       /* DSCP and ECN: type of service, traffic class */
	__u16 id;       /* IPv4 */
	__u16 fragment; /* IPv4: flags and offset */
	__u8 ttl;
	__u8 protocol;
	__u16 source_port, target_port;
	int payload;                             /* bytes, counting up from 'a' */
	int ip_length_change, udp_length_change; /* added to the length fields alone */
	int ip_checksum;          /* IPv4: an id is chosen that leads to this checksum */
	__u16 ip_checksum_error;  /* bits to flip */
	__u16 udp_checksum_error; /* the same */
	bool no_udp_checksum;     /* sent as zero */
	int padding;              /* bytes after the datagram */
	int cut;                  /* the frame ends after so many bytes */
};

#define PING_COMMON                                                                                \
	.target_mac = SERVER_MAC, .source_mac = CLIENT_MAC, .ttl = 64, .protocol = 17,             \
	.source_port = 50000, .target_port = 7, .payload = 18, .ip_checksum = ANY, .cut = ANY

/* A ping that is answered, apart from what the arguments change of it. */
#define PING4(...)                                                                                 \
	{                                                                                          \
		.family = XE_IPV4, .version = 0x45, .id = 0x1234, .source = "192.0.2.2",           \
		.target = "192.0.2.1", PING_COMMON, __VA_ARGS__                                    \
	}
#define PING6(...)                                                                                 \
	{                                                                                          \
		.family = XE_IPV6, .version = 0x60, .source = "2001:db8::2",                       \
		.target = "2001:db8::1", PING_COMMON, __VA_ARGS__                                  \
	}

/* Writes the frame into `bytes`, of at least FRAME_MAX; returns its size. */
size_t frame_build(const struct frame *frame, __u8 *bytes);

/* The reply to a request; fixed_ttl 0 is "one less than the request's". */
struct frame frame_reply(const struct frame *request, __u8 fixed_ttl);

/* Bytes of the Ethernet header with its tags. */
size_t frame_l2_size(const struct frame *frame);

/* Reads hexadecimal digits, spaces between them left out; returns the count of bytes. */
size_t frame_from_hex(const char *hex, __u8 *bytes);

/* Six bytes out of "02:00:00:00:00:01". */
void parse_mac(const char *text, __u8 mac[6]);

#endif
