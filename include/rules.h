/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rules.h - what is ours to answer, and what of it is refused.
 *
 * Needs no packet bytes: addresses, ports, sizes and a clock go in, a reason
 * comes out. The XDP program, the AF_XDP worker and the socket worker all ask
 * here, so a ping gets the same answer whichever path takes it.
 *
 * Addresses and ports are in wire order unless a name says otherwise.
 */
#ifndef XE_RULES_H
#define XE_RULES_H

#include "abi.h"
#include "bytes.h"

/* Where the rules find what they need. */
struct xe_env {
	const volatile struct xe_policy *policy;
	const struct xe_table *table; /* the active one; the same throughout a packet */
	__u64 *buckets;               /* XE_BUCKETS of them, shared by the CPUs of a path */
	__u64 *total_bucket;
	__u64 now; /* clock of the buckets: ticks << XE_TICK_SHIFT */
};

/* One ping, as the rules see it. Which of the address fields counts follows from the family. */
struct xe_ping {
	__u64 source_hi, source_lo; /* IPv6 */
	__u64 target_hi, target_lo;
	__u32 source, target; /* IPv4 */
	__u32 vlan;           /* VLAN key, see abi.h */
	__u16 source_port, target_port;
	__u16 size; /* UDP payload, bytes, host order */
	__u8 ttl;   /* or hop limit, as it arrived */
	__u8 family;
};

/*
 * A reason other than XE_ANSWER. It is hidden from the compiler, which would otherwise
 * load the reason of every rule before it asks whether the rule applies.
 */
static XE_INLINE enum xe_reason xe_because(enum xe_reason reason)
{
	xe_hide32(reason);
	if (reason == XE_ANSWER)
		__builtin_unreachable();
	return reason;
}

static XE_INLINE bool xe_port_in(const volatile __u64 *bitmap, __u16 port)
{
	return bitmap[port >> 6] >> (port & 63) & 1;
}

/* An empty slot reads as XE_ADDRESS_NONE, and equals no key but 0.0.0.0 untagged. */
static XE_INLINE __u32 xe_ipv4_kind(const struct xe_table *table, __u32 address, __u32 vlan)
{
	__u64 key = XE_IPV4_KEY(address, vlan);
	__u64 kind = key ^ table->ipv4[key * table->ipv4_multiplier >> (64 - XE_TABLE_BITS)];

	xe_hide64(kind); /* one compare with a kind, not two with address and slot */
	return kind <= XE_IPV4_SLOT_KIND(~0U) ? kind : XE_ADDRESS_NONE;
}

/* One word out of an IPv6 address and VLAN key; the table's writer uses it too. */
static XE_INLINE __u64 xe_ipv6_key(__u64 hi, __u64 lo, __u32 vlan)
{
	return (hi ^ lo * 0x9e3779b97f4a7c15) + vlan;
}

static XE_INLINE __u32 xe_ipv6_kind(const struct xe_table *table, __u64 hi, __u64 lo, __u32 vlan)
{
	__u64 key = xe_ipv6_key(hi, lo, vlan);
	const struct xe_ipv6_slot *slot =
		&table->ipv6[key * table->ipv6_multiplier >> (64 - XE_TABLE_BITS)];

	if (slot->hi != hi || slot->lo != lo || slot->vlan != vlan)
		return XE_ADDRESS_NONE;
	return slot->kind;
}

/*
 * Generic cell rate algorithm (ITU-T I.371): a bucket is the time at which
 * the source's next packet is due. Zeroed memory is an idle source.
 *
 * The store is plain: two CPUs on one bucket at one instant may let a packet
 * too many through, which costs less than a locked instruction a packet.
 */
static XE_INLINE bool xe_conforms(__u64 *bucket, __u64 now, __u64 interval, __u64 tolerance)
{
	__u64 ahead = *(volatile __u64 *)bucket - now;
	__u64 idle = (__s64)ahead >> 63;

	xe_hide64(idle); /* or it becomes a branch, which random sources mispredict */
	ahead &= ~idle;
	ahead += interval;
	if (xe_rarely(ahead > tolerance))
		return false;
	*(volatile __u64 *)bucket = now + ahead;
	return true;
}

/* Keyed multiply-shift: a stranger cannot aim at another source's bucket. */
static XE_INLINE __u64 *xe_bucket(const struct xe_env *env, __u64 source)
{
	__u64 hash = (source ^ env->policy->hash_key[0]) * env->policy->hash_key[1];

	return &env->buckets[hash >> (64 - XE_BUCKET_BITS)];
}

static XE_INLINE __u64 *xe_source_bucket(const struct xe_env *env, const struct xe_ping *ping)
{
	const volatile struct xe_policy *policy = env->policy;

	if (ping->family == XE_IPV4)
		return xe_bucket(env, ping->source & policy->rate_mask_ipv4);
	return xe_bucket(env, (ping->source_hi & policy->rate_mask_ipv6[0]) +
				      (ping->source_lo & policy->rate_mask_ipv6[1]) *
					      0x9e3779b97f4a7c15);
}

/* Is this ping to one of our ports, at one of our addresses? XE_ANSWER or a pass reason. */
static XE_INLINE enum xe_reason xe_match(const struct xe_env *env, const struct xe_ping *ping)
{
	__u32 kind;

	if (xe_rarely(!xe_port_in(env->policy->served_ports, ping->target_port)))
		return xe_because(XE_PASS_OTHER_PORT);
	if (ping->family == XE_IPV4)
		kind = xe_ipv4_kind(env->table, ping->target, ping->vlan);
	else
		kind = xe_ipv6_kind(env->table, ping->target_hi, ping->target_lo, ping->vlan);
	if (xe_rarely(kind != XE_ADDRESS_SERVED))
		return xe_because(XE_PASS_OTHER_ADDRESS);
	return XE_ANSWER;
}

static XE_INLINE enum xe_reason xe_refuse_kind(__u32 kind)
{
	return xe_because(kind == XE_ADDRESS_BROADCAST ? XE_DROP_SOURCE_BROADCAST
						       : XE_DROP_SOURCE_OWN);
}

/* Why no host has an address that begins so. */
static XE_INLINE enum xe_reason xe_reserved_ipv4(__u8 first)
{
	if (first == 0)
		return XE_DROP_SOURCE_ZERO;
	if (first == 127)
		return XE_DROP_SOURCE_LOOPBACK;
	return first < 240 ? XE_DROP_SOURCE_MULTICAST : XE_DROP_SOURCE_BROADCAST;
}

static XE_INLINE enum xe_reason xe_check_source_ipv4(const struct xe_env *env,
						     const struct xe_ping *ping)
{
	__u8 first = xe_first_byte32(ping->source);
	__u32 kind;

	if (xe_rarely((__u8)(first - 1) >= 223 || first == 127))
		return xe_because(xe_reserved_ipv4(first));
	kind = xe_ipv4_kind(env->table, ping->source, ping->vlan);
	return kind == XE_ADDRESS_NONE ? XE_ANSWER : xe_refuse_kind(kind);
}

static XE_INLINE enum xe_reason xe_check_source_ipv6(const struct xe_env *env,
						     const struct xe_ping *ping)
{
	__u32 kind;

	if (xe_first_byte64(ping->source_hi) == 0xff)
		return xe_because(XE_DROP_SOURCE_MULTICAST);
	/* ::/64 holds the unspecified, loopback and IPv4-mapped addresses (RFC 4291) */
	if (ping->source_hi == 0)
		return ping->source_lo == xe_wire64(1) ? XE_DROP_SOURCE_LOOPBACK
						       : XE_DROP_SOURCE_ZERO;
	kind = xe_ipv6_kind(env->table, ping->source_hi, ping->source_lo, ping->vlan);
	return kind == XE_ADDRESS_NONE ? XE_ANSWER : xe_refuse_kind(kind);
}

/*
 * May this ping, which is ours, be answered? XE_ANSWER or a drop reason. The
 * rules that cost nothing to a stranger's victim come first, the rate last, so
 * that a refused packet never uses up a client's rate.
 */
static XE_INLINE enum xe_reason xe_police(const struct xe_env *env, const struct xe_ping *ping)
{
	const volatile struct xe_policy *policy = env->policy;
	__u64 interval = policy->rate_interval;
	enum xe_reason reason;

	if (xe_rarely(ping->ttl <= 1 && !policy->fixed_ttl))
		return xe_because(XE_DROP_TTL);
	if (xe_rarely(xe_port_in(policy->refused_source_ports, ping->source_port)))
		return xe_because(XE_DROP_SOURCE_PORT);
	reason = ping->family == XE_IPV4 ? xe_check_source_ipv4(env, ping)
					 : xe_check_source_ipv6(env, ping);
	if (reason != XE_ANSWER)
		return reason;
	if (interval &&
	    !xe_conforms(xe_source_bucket(env, ping), env->now, interval, policy->rate_tolerance))
		return xe_because(XE_DROP_RATE);
	return XE_ANSWER;
}

#endif
