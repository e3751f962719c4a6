/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * reasons.h - why a packet was answered, passed up the stack, or dropped.
 *
 * The one table behind the XDP program, the userspace paths, the text and JSON
 * output, the Prometheus metrics, the README and the tests.
 *
 * Numbers are ABI: counters live in pinned maps that a newer binary reads.
 * Append within a class; never renumber, never reuse a number.
 */
#ifndef XE_REASONS_H
#define XE_REASONS_H

/*
 * X(number, NAME, "name", "what it means")
 *
 * Passed: not ours to answer on this path. XDP hands the frame to the kernel's
 * stack (XDP_PASS), where the socket path answers what is addressed to it.
 */
#define XE_PASS_REASONS(X)                                                                         \
	X(1, PASS_NOT_IP, "not_ip", "EtherType is neither IPv4, IPv6 nor a VLAN tag")              \
	X(2, PASS_NOT_UDP, "not_udp", "IP protocol is not UDP")                                    \
	X(3, PASS_OTHER_MAC, "other_mac", "destination MAC is not the interface's own")            \
	X(4, PASS_OTHER_PORT, "other_port", "UDP destination port is not served")                  \
	X(5, PASS_OTHER_ADDRESS, "other_address",                                                  \
	  "destination address is not served on this interface and VLAN")                          \
	X(6, PASS_FRAGMENT, "fragment", "IP fragment; the stack reassembles it")                   \
	X(7, PASS_IP_OPTIONS, "ip_options", "IPv4 header carries options")                         \
	X(8, PASS_EXTENSION_HEADER, "extension_header", "IPv6 extension header before UDP")        \
	X(9, PASS_BAD_LENGTH, "bad_length", "IP and UDP lengths disagree")                         \
	X(10, PASS_NO_CHECKSUM, "no_checksum", "UDP over IPv6 with checksum zero (RFC 8200 8.1)")  \
	X(11, PASS_TRUNCATED, "truncated", "frame ends before its headers or its IP length do")    \
	X(12, PASS_JUMBO, "jumbo", "frame spans several buffers; the stack linearises it")         \
	X(13, PASS_VLAN_DEPTH, "vlan_depth", "more than two VLAN tags")                            \
	X(14, PASS_BAD_HEADER, "bad_header", "IP version or header length is impossible")          \
	X(15, PASS_IP_CHECKSUM, "ip_checksum", "IPv4 header checksum is wrong")                    \
	X(16, PASS_REDIRECT, "redirect", "no AF_XDP socket took the frame; the stack has it")

/*
 * Dropped: ours, and refused (XDP_DROP). Every request is either a reply or
 * one of these.
 */
#define XE_DROP_REASONS(X)                                                                         \
	X(32, DROP_TTL, "ttl", "TTL or hop limit leaves none for the reply")                       \
	X(33, DROP_SOURCE_PORT, "source_port",                                                     \
	  "source port is served or below 1024: the reply could start a loop")                     \
	X(34, DROP_SOURCE_MAC, "source_mac", "source MAC is a group address or our own")           \
	X(35, DROP_SOURCE_OWN, "source_own", "source address is one of ours")                      \
	X(36, DROP_SOURCE_MULTICAST, "source_multicast", "source address is multicast")            \
	X(37, DROP_SOURCE_BROADCAST, "source_broadcast",                                           \
	  "source address is a broadcast address of this interface, or reserved (240.0.0.0/4)")    \
	X(38, DROP_SOURCE_LOOPBACK, "source_loopback", "source address is loopback")               \
	X(39, DROP_SOURCE_ZERO, "source_zero", "source address is in 0.0.0.0/8 or ::/64")          \
	X(40, DROP_DENIED, "denied", "source is on the deny list, or not on the allow list")       \
	X(41, DROP_SIZE, "size", "payload is larger than --max-size")                              \
	X(42, DROP_MAGIC, "magic", "payload does not begin with the secret of --magic")            \
	X(43, DROP_RATE, "rate", "source is above its rate")                                       \
	X(44, DROP_TOTAL_RATE, "total_rate", "interface is above its total rate")                  \
	X(45, DROP_NOT_UNICAST, "not_unicast", "ping to a multicast or broadcast address")         \
	X(46, DROP_SEND, "send", "the kernel refused to send the reply")                           \
	X(47, DROP_QUEUE_FULL, "queue_full", "a receive or transmit queue of the path was full")   \
	X(48, DROP_STALE, "stale", "no longer served when a userspace path came to answer it")

#define XE_REASONS(X) XE_PASS_REASONS(X) XE_DROP_REASONS(X)

enum xe_reason {
	XE_ANSWER = 0, /* answered: no counter of its own, see struct xe_counters */
#define X(number, id, name, text) XE_##id = (number),
	XE_REASONS(X)
#undef X
		XE_FIRST_DROP = 32, /* 1..31 pass, 32..63 drop */
	XE_REASON_SLOTS = 64,
};

#endif
