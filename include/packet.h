/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * packet.h - a frame in, a verdict out, and the frame turned into its reply.
 *
 * Pure C over a range of bytes, compiled unchanged into the XDP program, the
 * AF_XDP worker, the unit tests and the fuzzer. Four steps: parse what the
 * frame says, match it against what is ours, police what may be answered, and
 * rewrite. The first three know nothing of echo.
 *
 * Ethernet (IEEE 802.3), VLAN tags (IEEE 802.1Q, 802.1ad), IPv4 (RFC 791),
 * IPv6 (RFC 8200), UDP (RFC 768).
 */
#ifndef XE_PACKET_H
#define XE_PACKET_H

#include "rules.h"

enum {
	XE_ETHERTYPE_IPV4 = 0x0800,
	XE_ETHERTYPE_IPV6 = 0x86dd,
	XE_ETHERTYPE_8021Q = 0x8100,
	XE_ETHERTYPE_8021AD = 0x88a8,

	XE_ETH_SIZE = 14,
	XE_TAG_SIZE = 4,
	XE_IPV4_SIZE = 20,
	XE_IPV6_SIZE = 40,
	XE_UDP_SIZE = 8,

	XE_PROTOCOL_UDP = 17,
	XE_NEXT_FRAGMENT = 44,
};

/* What became of a frame. */
typedef struct {
	enum xe_reason reason;
	enum xe_family family;
	__u32 size; /* UDP payload of a request, bytes; 0 for what is passed up */
} xe_verdict;

static XE_INLINE xe_verdict xe_verdict_of(enum xe_reason reason, enum xe_family family, __u32 size)
{
	return (xe_verdict){.reason = reason, .family = family, .size = size};
}

static XE_INLINE enum xe_reason xe_verdict_reason(xe_verdict verdict)
{
	return verdict.reason;
}

static XE_INLINE enum xe_family xe_verdict_family(xe_verdict verdict)
{
	return verdict.family;
}

static XE_INLINE __u32 xe_verdict_size(xe_verdict verdict)
{
	return verdict.size;
}

/* Which of the steps to take. Parse and match always; the packet path that polices is the one. */
enum xe_action {
	XE_REWRITE, /* all four: turn the frame into its reply */
	XE_JUDGE,   /* police, and leave it untouched: somebody else finishes it */
	XE_FINISH,  /* rewrite what somebody else has judged */
	XE_MATCH,   /* neither: is it ours? Whoever gets it will police it */
};

/* --- the Ethernet header: destination, source, EtherType ------------------------------------ */

static XE_INLINE __u64 xe_mac(const __u8 *at)
{
	return xe_first_six_bytes(xe_load(__u64, at));
}

/* A reply to a group address would reach every host of the segment. */
static XE_INLINE bool xe_source_mac_refused(const __u8 *frame, __u64 ours)
{
	return frame[6] & 1 || xe_mac(frame + 6) == ours;
}

static XE_INLINE void xe_store_mac(__u8 *at, __u64 mac)
{
	xe_store(__u32, at, xe_six_bytes_head(mac));
	xe_store(__u16, at + 4, xe_six_bytes_tail(mac));
}

static XE_INLINE void xe_swap_macs(__u8 *frame)
{
	__u64 target = xe_mac(frame), source = xe_mac(frame + 6);

	xe_store_mac(frame, source);
	xe_store_mac(frame + 6, target);
}

/* Two words of a header that has been looked at. */
#define xe_swap(type, one, other)                                                                  \
	({                                                                                         \
		type one_ = xe_load_again(type, one), other_ = xe_load_again(type, other);         \
                                                                                                   \
		xe_store(type, one, other_);                                                       \
		xe_store(type, other, one_);                                                       \
	})

/* Of a payload that does not end in the frame; a length of less than the header has wrapped. */
static XE_INLINE enum xe_reason xe_payload_missing(__u32 size)
{
	return size > 65535 ? XE_PASS_BAD_LENGTH : XE_PASS_TRUNCATED;
}

/* --- IPv4 ------------------------------------------------------------------------------------ */

/*
 * The header's one's complement sum, checksum included, is all ones: so the sum
 * of its words, which is not zero, is a multiple of 65535. The quotient by an odd
 * number is a product with its inverse modulo 2^64, and only for a multiple is it
 * no more than the largest quotient there is; of 65535 the two are -q and q.
 *
 * The sum fits: the first eight bytes end with the fragment word, whose offset is known to
 * be 0, or begin with the version, so that one end of the number is small.
 */
static XE_INLINE bool xe_ipv4_checksum_ok(const __u8 *ip)
{
	const __u64 q = ~0ULL / 65535;
	__u64 sum = xe_load(__u64, ip) + xe_load(__u32, ip + 8) + xe_load(__u32, ip + 12) +
		    xe_load(__u32, ip + 16);

	return sum * -q <= q;
}

/* What tells how an IPv4 packet is to be read: version and header length, fragment, protocol. */
static XE_INLINE enum xe_reason xe_parse_ipv4_shape(const __u8 *ip)
{
	if (xe_rarely(ip[0] != 0x45))
		return xe_because(ip[0] > 0x45 && ip[0] <= 0x4f ? XE_PASS_IP_OPTIONS
								: XE_PASS_BAD_HEADER);
	if (xe_rarely(xe_load(__u16, ip + 6) &
		      xe_wire16(0x3fff))) /* more fragments, or an offset */
		return xe_because(XE_PASS_FRAGMENT);
	if (xe_rarely(ip[9] != XE_PROTOCOL_UDP))
		return xe_because(XE_PASS_NOT_UDP);
	return XE_ANSWER;
}

static XE_INLINE enum xe_reason xe_parse_ipv4(const __u8 *ip, const __u8 *end, struct xe_ping *ping)
{
	const __u8 *udp = ip + XE_IPV4_SIZE, *payload = udp + XE_UDP_SIZE;
	__u32 size = xe_host16(xe_load(__u16, udp + 4)) - XE_UDP_SIZE;
	__u32 room = xe_host16(xe_load(__u16, ip + 2)) - XE_IPV4_SIZE - XE_UDP_SIZE;

	if (xe_rarely(room != size))
		return xe_because(XE_PASS_BAD_LENGTH);
	if (xe_rarely(size > (__u64)(end - payload)))
		return xe_because(xe_payload_missing(size));
	ping->size = size;
	ping->target = xe_load(__u32, ip + 16);
	ping->target_port = xe_load(__u16, udp + 2);
	ping->payload = payload;
	ping->end = end;
	return XE_ANSWER;
}

/* Of a sum of less than 2 * 65535 + 1, without a division. */
static XE_INLINE __u32 xe_modulo_65535(__u32 sum)
{
	return (__u16)(sum + 1) + ((sum + 1) >> 16) - 1;
}

/*
 * The reply's TTL, and the header checksum corrected by the difference. RFC 1624,
 * equation 3, is HC' = ~(~HC + ~m + m'); that is HC + m - m' modulo 65535. A wrong
 * checksum stays wrong.
 */
static XE_INLINE void xe_set_ipv4_ttl(__u8 *ip, __u8 from, __u8 to)
{
	__u32 difference = xe_modulo_65535(xe_wire16(from << 8) + (__u16)~xe_wire16(to << 8));
	__u32 checksum = xe_load(__u16, ip + 10);

	ip[8] = to;
	xe_store(__u16, ip + 10, xe_modulo_65535(checksum + difference));
}

/*
 * One off the TTL adds 0x100 to the checksum: both in one word with the protocol between
 * them, if neither the TTL borrows nor the checksum carries into the rest.
 */
static XE_INLINE void xe_lower_ipv4_ttl(__u8 *ip)
{
	__u32 word = xe_load_again(__u32, ip + 8);

	if (xe_rarely(xe_ttl_word_carries(word)))
		xe_set_ipv4_ttl(ip, ip[8], ip[8] - 1);
	else
		xe_store(__u32, ip + 8, word + XE_TTL_WORD_STEP);
}

static XE_INLINE void xe_turn_ipv4(__u8 *ip, const struct xe_env *env, const struct xe_ping *ping)
{
	__u8 fixed = xe_fixed_ttl(env), *udp = ip + XE_IPV4_SIZE;

	xe_swap(__u32, ip + 12, ip + 16);
	if (fixed)
		xe_set_ipv4_ttl(ip, ping->ttl, fixed);
	else
		xe_lower_ipv4_ttl(ip);
	xe_swap(__u16, udp, udp + 2);
}

/* --- IPv6 ------------------------------------------------------------------------------------ */

/* Hop-by-hop, routing, fragment, ESP, AH, destination options, mobility, HIP, shim6 (RFC 7045) */
static XE_INLINE enum xe_reason xe_not_udp_ipv6(__u8 next_header)
{
	switch (next_header) {
	case XE_NEXT_FRAGMENT:
		return XE_PASS_FRAGMENT;
	case 0:
	case 43:
	case 50:
	case 51:
	case 60:
	case 135:
	case 139:
	case 140:
		return XE_PASS_EXTENSION_HEADER;
	default:
		return XE_PASS_NOT_UDP;
	}
}

/* The same for IPv6: version and what follows the header. */
static XE_INLINE enum xe_reason xe_parse_ipv6_shape(const __u8 *ip)
{
	if (xe_rarely(ip[0] >> 4 != 6))
		return xe_because(XE_PASS_BAD_HEADER);
	if (xe_rarely(ip[6] != XE_PROTOCOL_UDP))
		return xe_because(xe_not_udp_ipv6(ip[6]));
	return XE_ANSWER;
}

static XE_INLINE enum xe_reason xe_parse_ipv6(const __u8 *ip, const __u8 *end, struct xe_ping *ping)
{
	const __u8 *udp = ip + XE_IPV6_SIZE, *payload = udp + XE_UDP_SIZE;
	__u16 length = xe_load(__u16, udp + 4);
	__u32 size = xe_host16(length) - XE_UDP_SIZE;

	if (xe_rarely(xe_load(__u16, ip + 4) != length))
		return xe_because(XE_PASS_BAD_LENGTH);
	if (xe_rarely(size > (__u64)(end - payload)))
		return xe_because(xe_payload_missing(size));
	if (xe_rarely(xe_load(__u16, udp + 6) == 0))
		return xe_because(XE_PASS_NO_CHECKSUM);
	ping->size = size;
	ping->target_hi = xe_load(__u64, ip + 24);
	ping->target_lo = xe_load(__u64, ip + 32);
	ping->target_port = xe_load(__u16, udp + 2);
	ping->payload = payload;
	ping->end = end;
	return XE_ANSWER;
}

static XE_INLINE void xe_turn_ipv6(__u8 *ip, const struct xe_env *env, const struct xe_ping *ping)
{
	__u8 fixed = xe_fixed_ttl(env), *udp = ip + XE_IPV6_SIZE;

	xe_swap(__u64, ip + 8, ip + 24);
	xe_swap(__u64, ip + 16, ip + 32);
	ip[7] = fixed ? fixed : ping->ttl - 1;
	xe_swap(__u16, udp, udp + 2);
}

/* --- the four steps -------------------------------------------------------------------------- */

/* What is asked for once a ping is known to be ours: not kept on the stack from the parser on. */
static XE_INLINE void xe_read_rest(const __u8 *ip, struct xe_ping *ping)
{
	const bool ipv4 = ping->family == XE_IPV4;

	ping->ttl = ip[ipv4 ? 8 : 7];
	ping->source_port = xe_load(__u16, ip + (ipv4 ? XE_IPV4_SIZE : XE_IPV6_SIZE));
	if (ipv4) {
		ping->source = xe_load(__u32, ip + 12);
	} else {
		ping->source_hi = xe_load(__u64, ip + 8);
		ping->source_lo = xe_load(__u64, ip + 16);
	}
}

/*
 * A frame that holds a ping as its parser says. `l2` is the size of the Ethernet header
 * with its tags, and like the family and the action a constant at every call, so that
 * each shape is compiled with fixed offsets.
 */
static XE_INLINE xe_verdict xe_answer_ping(__u8 *frame, const __u32 l2, const enum xe_family family,
					   struct xe_ping *ping, const enum xe_action action,
					   const struct xe_env *env)
{
	__u64 ours = xe_mac(frame);
	__u8 *ip = frame + l2;
	enum xe_reason reason;

	if (xe_rarely(ours != env->table->mac))
		return xe_verdict_of(xe_because(XE_PASS_OTHER_MAC), family, 0);
	reason = xe_match(env, ping);
	if (reason != XE_ANSWER)
		return xe_verdict_of(reason, family, 0);
	if (family == XE_IPV4 && xe_rarely(!xe_ipv4_checksum_ok(ip)))
		return xe_verdict_of(xe_because(XE_PASS_IP_CHECKSUM), family, 0);

	xe_read_rest(ip, ping);
	if (action == XE_REWRITE || action == XE_JUDGE) {
		if (xe_rarely(xe_source_mac_refused(frame, ours)))
			return xe_verdict_of(xe_because(XE_DROP_SOURCE_MAC), family, ping->size);
		reason = xe_police(env, ping);
		if (reason != XE_ANSWER)
			return xe_verdict_of(reason, family, ping->size);
	} else if (action == XE_FINISH && xe_ttl_refused(env, ping)) {
		/* the policy has changed since */
		return xe_verdict_of(xe_because(XE_DROP_TTL), family, ping->size);
	}
	if (action == XE_REWRITE || action == XE_FINISH) {
		xe_swap_macs(frame);
		if (family == XE_IPV4)
			xe_turn_ipv4(ip, env, ping);
		else
			xe_turn_ipv6(ip, env, ping);
	}
	return xe_verdict_of(XE_ANSWER, family, ping->size);
}

/* A header of the right shape, which the UDP header follows. */
static XE_INLINE enum xe_reason xe_parse_ip(const __u8 *ip, const __u8 *end,
					    const enum xe_family family, __u32 vlan,
					    struct xe_ping *ping)
{
	*ping = (struct xe_ping){.family = family, .vlan = vlan};
	return family == XE_IPV4 ? xe_parse_ipv4(ip, end, ping) : xe_parse_ipv6(ip, end, ping);
}

static XE_INLINE xe_verdict xe_answer_ip(__u8 *frame, const __u8 *end, const __u32 l2, __u32 vlan,
					 const enum xe_family family, const enum xe_action action,
					 const struct xe_env *env)
{
	const __u32 size = (family == XE_IPV4 ? XE_IPV4_SIZE : XE_IPV6_SIZE) + XE_UDP_SIZE;
	__u8 *ip = frame + l2;
	enum xe_reason reason;
	struct xe_ping ping;

	if (xe_rarely(ip + size > end))
		return xe_verdict_of(xe_because(XE_PASS_TRUNCATED), family, 0);
	reason = family == XE_IPV4 ? xe_parse_ipv4_shape(ip) : xe_parse_ipv6_shape(ip);
	if (reason == XE_ANSWER)
		reason = xe_parse_ip(ip, end, family, vlan, &ping);
	if (reason != XE_ANSWER)
		return xe_verdict_of(reason, family, 0);
	return xe_answer_ping(frame, l2, family, &ping, action, env);
}

static XE_INLINE xe_verdict xe_answer_type(__u8 *frame, const __u8 *end, const __u32 l2,
					   __u16 ethertype, __u32 vlan, const enum xe_action action,
					   const struct xe_env *env)
{
	if (ethertype == xe_wire16(XE_ETHERTYPE_IPV4))
		return xe_answer_ip(frame, end, l2, vlan, XE_IPV4, action, env);
	if (ethertype == xe_wire16(XE_ETHERTYPE_IPV6))
		return xe_answer_ip(frame, end, l2, vlan, XE_IPV6, action, env);
	return xe_verdict_of(XE_PASS_NOT_IP, XE_OTHER, 0);
}

static XE_INLINE bool xe_is_tag(__u16 ethertype)
{
	return ethertype == xe_wire16(XE_ETHERTYPE_8021Q) ||
	       ethertype == xe_wire16(XE_ETHERTYPE_8021AD);
}

/* Adds a tag to a VLAN key. A priority tag (id 0) names no VLAN and adds nothing. */
static XE_INLINE __u32 xe_add_tag(__u32 vlan, __u16 ethertype, __u16 tci)
{
	__u32 id = xe_host16(tci) & 0xfff;

	if (id == 0)
		return vlan;
	if (ethertype == xe_wire16(XE_ETHERTYPE_8021AD))
		id |= XE_VLAN_8021AD;
	return vlan ? vlan | id << XE_VLAN_BITS : id;
}

/* Any frame. Slower than the common case below, which is only a shortcut into it. */
static XE_INLINE xe_verdict xe_answer_any(__u8 *frame, const __u8 *end, const enum xe_action action,
					  const struct xe_env *env)
{
	const xe_verdict truncated = xe_verdict_of(XE_PASS_TRUNCATED, XE_OTHER, 0);
	__u16 type;
	__u32 vlan;

	if (frame + XE_ETH_SIZE > end)
		return truncated;
	type = xe_load(__u16, frame + 12);
	if (!xe_is_tag(type))
		return xe_answer_type(frame, end, XE_ETH_SIZE, type, 0, action, env);

	if (frame + XE_ETH_SIZE + XE_TAG_SIZE > end)
		return truncated;
	vlan = xe_add_tag(0, type, xe_load(__u16, frame + 14));
	type = xe_load(__u16, frame + 16);
	if (!xe_is_tag(type))
		return xe_answer_type(frame, end, XE_ETH_SIZE + XE_TAG_SIZE, type, vlan, action,
				      env);

	if (frame + XE_ETH_SIZE + 2 * XE_TAG_SIZE > end)
		return truncated;
	vlan = xe_add_tag(vlan, type, xe_load(__u16, frame + 18));
	type = xe_load(__u16, frame + 20);
	if (!xe_is_tag(type))
		return xe_answer_type(frame, end, XE_ETH_SIZE + 2 * XE_TAG_SIZE, type, vlan, action,
				      env);
	return xe_verdict_of(XE_PASS_VLAN_DEPTH, XE_OTHER, 0);
}

/*
 * The common cases: UDP over IPv4 without options or fragments, or over IPv6, in frames without
 * a tag or with one of 802.1Q. Two words hold all that tells IPv4: EtherType, version and header
 * length; fragment and protocol. All of the packet is there.
 */
static XE_INLINE bool xe_is_common_ipv4(const __u8 *ip, const __u8 *end)
{
	return ip + XE_IPV4_SIZE + XE_UDP_SIZE <= end &&
	       (xe_load(__u32, ip - 2) & xe_wire32(0xffffff00)) == xe_wire32(0x08004500) &&
	       (xe_load(__u32, ip + 6) & xe_wire32(0x3fff00ff)) == xe_wire32(0x00000011);
}

static XE_INLINE bool xe_is_common_ipv6(const __u8 *ip, const __u8 *end)
{
	return ip + XE_IPV6_SIZE + XE_UDP_SIZE <= end &&
	       (xe_load(__u32, ip - 2) & xe_wire32(0xfffff000)) == xe_wire32(0x86dd6000) &&
	       ip[6] == XE_PROTOCOL_UDP;
}

static XE_INLINE bool xe_parse_common(const __u8 *frame, const __u8 *end, const __u32 l2,
				      const enum xe_family family, __u32 vlan, struct xe_ping *ping)
{
	const __u8 *ip = frame + l2;

	if (!(family == XE_IPV4 ? xe_is_common_ipv4(ip, end) : xe_is_common_ipv6(ip, end)))
		return false;
	return xe_parse_ip(ip, end, family, vlan, ping) == XE_ANSWER;
}

static XE_INLINE bool xe_is_common_vlan(const __u8 *frame, const __u8 *end)
{
	return frame + XE_ETH_SIZE + XE_TAG_SIZE <= end &&
	       xe_load(__u16, frame + 12) == xe_wire16(XE_ETHERTYPE_8021Q);
}

static XE_INLINE __u32 xe_common_vlan(const __u8 *frame)
{
	return xe_add_tag(0, xe_wire16(XE_ETHERTYPE_8021Q), xe_load(__u16, frame + 14));
}

#endif
