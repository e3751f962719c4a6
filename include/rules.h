/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rules.h - what is ours to answer, and what of it is refused.
 *
 * Addresses, ports, sizes and a clock go in, a reason comes out; of the packet's
 * bytes only the beginning of the payload is looked at, for the secret. The XDP
 * program, the AF_XDP worker and the socket worker all ask here, so a ping gets
 * the same answer whichever path takes it.
 *
 * Addresses and ports are in wire order unless a name says otherwise.
 */
#ifndef XE_RULES_H
#define XE_RULES_H

#include "abi.h"
#include "bytes.h"
#include "prefixes.h"

/* Where the rules find what they need. */
struct xe_env {
	const volatile struct xe_policy *policy;
	const struct xe_table *table; /* the active one; the same throughout a packet */
	__u64 *buckets;               /* XE_BUCKETS of them, shared by the CPUs of a path */
	__u64 *total_bucket;
	struct xe_credit *credits; /* in BPF one for each CPU; else the worker's own */
	const void *prefixes; /* struct xe_prefixes, NULL if there are none; in BPF their map */
	__u64 now;            /* clock of the buckets: ticks << XE_TICK_SHIFT */
	bool plain;           /* the caller, as it is compiled, knows the policy to be plain */
};

/* One ping, as the rules see it. Which of the address fields counts follows from the family. */
struct xe_ping {
	__u64 source_hi, source_lo; /* IPv6 */
	__u64 target_hi, target_lo;
	__u32 source, target; /* IPv4 */
	__u32 vlan;           /* VLAN key, see abi.h */
	__u16 source_port, target_port;
	__u32 size; /* UDP payload, bytes, host order */
	__u8 ttl;   /* or hop limit, as it arrived */
	__u8 family;
	const __u8 *payload, *end; /* `size` bytes; the end of what can be read */
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

/* The mark of an address, or a number that is none: the slot belongs to another, or to none. */
static XE_INLINE __u64 xe_ipv4_mark(const struct xe_table *table, __u32 address, __u32 vlan)
{
	__u64 key = XE_IPV4_KEY(address, vlan);
	__u64 index = key * table->ipv4_multiplier >> (64 - XE_TABLE_BITS);
	__u64 mark = key ^ xe_element(const __u64, table, ipv4, index);

	xe_hide64(mark); /* one compare with a mark, not one with a number made of the key */
	return mark;
}

static XE_INLINE __u32 xe_ipv4_kind(const struct xe_table *table, __u32 address, __u32 vlan)
{
	__u64 mark = xe_ipv4_mark(table, address, vlan);

	if (mark == XE_IPV4_SERVED)
		return XE_ADDRESS_SERVED;
	if (mark == XE_IPV4_OWN)
		return XE_ADDRESS_OWN;
	return mark == XE_IPV4_BROADCAST ? XE_ADDRESS_BROADCAST : XE_ADDRESS_NONE;
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
 * Generic cell rate algorithm (ITU-T I.371): a bucket is the last instant before
 * the source's next packet is due. Zeroed memory is an idle source. Gives how
 * far ahead of now it is after one packet more; from the tolerance on that packet
 * comes too early. The last instant, for then all that an idle source is behind
 * becomes -1, its sign, which takes no mask.
 */
static XE_INLINE __u64 xe_ahead(const __u64 *bucket, __u64 now, __u64 interval)
{
	__u64 ahead = *(const volatile __u64 *)bucket - now;
	__u64 idle = (__s64)ahead >> 63;

	xe_hide64(idle); /* or it becomes a branch, which random sources mispredict */
	return (ahead | idle) + interval;
}

/* Keyed multiply-shift: a stranger cannot aim at another source's bucket. */
static XE_INLINE __u64 xe_bucket_number(const volatile struct xe_policy *policy, __u64 source)
{
	return (source ^ policy->hash_key[0]) * policy->hash_key[1] >> (64 - XE_BUCKET_BITS);
}

static XE_INLINE __u64 *xe_bucket(const struct xe_env *env, __u64 source)
{
	return &env->buckets[xe_bucket_number(env->policy, source)];
}

static XE_INLINE __u64 *xe_source_bucket(const struct xe_env *env, const struct xe_ping *ping)
{
	const volatile struct xe_policy *policy = env->policy;

	if (env->plain)
		return xe_bucket(env, ping->family == XE_IPV4 ? ping->source : ping->source_hi);
	if (ping->family == XE_IPV4)
		return xe_bucket(env, ping->source & policy->rate_mask_ipv4);
	return xe_bucket(env, (ping->source_hi & policy->rate_mask_ipv6[0]) +
				      (ping->source_lo & policy->rate_mask_ipv6[1]) *
					      0x9e3779b97f4a7c15);
}

static XE_INLINE __u8 xe_port(const struct xe_env *env, __u16 port)
{
	return xe_element(const volatile __u8, env->policy, ports, port);
}

/* Is this ping to one of our ports, at one of our addresses? XE_ANSWER or a pass reason. */
static XE_INLINE enum xe_reason xe_match(const struct xe_env *env, const struct xe_ping *ping)
{
	bool served;

	if (xe_rarely(xe_port(env, ping->target_port) != XE_PORT_SERVED))
		return xe_because(XE_PASS_OTHER_PORT);
	if (ping->family == XE_IPV4)
		served = xe_ipv4_mark(env->table, ping->target, ping->vlan) == XE_IPV4_SERVED;
	else
		served = xe_ipv6_kind(env->table, ping->target_hi, ping->target_lo, ping->vlan) ==
			 XE_ADDRESS_SERVED;
	if (xe_rarely(!served))
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
	__u32 source = ping->source, kind;
	__u8 first;

	/* none of what is looked for below begins so */
	if (!xe_element(const __u8, env->table, ipv4_octets, xe_first_byte32(source)))
		return XE_ANSWER;
	xe_hide32(source); /* or the octet would be kept for here */
	first = xe_first_byte32(source);
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

/* Looked up where it is needed, so that it costs nothing where it is not. */
static XE_INLINE const struct xe_prefixes *xe_prefixes_of(const struct xe_env *env)
{
#ifdef __BPF__
	const __u32 only = 0;

	return bpf_map_lookup_elem((void *)env->prefixes, &only);
#else
	return env->prefixes;
#endif
}

static XE_INLINE bool xe_source_accepted(const struct xe_env *env, const struct xe_ping *ping)
{
	const struct xe_prefixes *prefixes = xe_prefixes_of(env);
	const volatile struct xe_policy *policy = env->policy;
	const bool ipv4 = ping->family == XE_IPV4;
	const struct xe_prefix_node *nodes;
	enum xe_filter found = XE_FILTER_ASK;
	__u64 word, next;

	if (!prefixes)
		return false;
	nodes = (const void *)(prefixes + 1);
	word = ipv4 ? (__u64)xe_host32(ping->source) << 32 : xe_wire64(ping->source_hi);
	next = ipv4 ? 0 : xe_wire64(ping->source_lo);
	if (policy->prefix_filter)
		found = xe_filter_look(nodes, word, ping->family);
	if (found != XE_FILTER_ASK)
		return found == XE_FILTER_ACCEPT;
	return xe_prefix_search(nodes, policy->prefix_nodes, policy->prefix_roots[ping->family],
				word, next);
}

/* Does the payload begin with the secret? Sizes and offsets are constants to the verifier. */
static XE_INLINE bool xe_has_magic(const volatile struct xe_policy *policy,
				   const struct xe_ping *ping)
{
	__u32 size = policy->magic_size;

	if (ping->size < size || ping->payload + size > ping->end)
		return false;
	for (__u32 i = 0; i < XE_MAGIC_MAX && i < size; i++)
		if (ping->payload[i] != policy->magic[i])
			return false;
	return true;
}

static XE_INLINE __u8 xe_fixed_ttl(const struct xe_env *env)
{
	return env->plain ? 0 : env->policy->fixed_ttl;
}

/* The reply's would be 0, or none. */
static XE_INLINE bool xe_ttl_refused(const struct xe_env *env, const struct xe_ping *ping)
{
	return ping->ttl <= 1 && !xe_fixed_ttl(env);
}

/* What a ping's headers say: cheap, and leaves no trace. */
static XE_INLINE enum xe_reason xe_check_ping(const struct xe_env *env, const struct xe_ping *ping)
{
	if (xe_rarely(xe_ttl_refused(env, ping)))
		return xe_because(XE_DROP_TTL);
	if (xe_rarely(xe_port(env, ping->source_port) != XE_PORT_PLAIN))
		return xe_because(XE_DROP_SOURCE_PORT);
	return ping->family == XE_IPV4 ? xe_check_source_ipv4(env, ping)
				       : xe_check_source_ipv6(env, ping);
}

/* The rules that are off unless asked for; cheap ones first, they leave no trace either. */
static XE_INLINE enum xe_reason xe_check_extra(const struct xe_env *env, const struct xe_ping *ping)
{
	const volatile struct xe_policy *policy = env->policy;

	if (ping->size > policy->max_size)
		return xe_because(XE_DROP_SIZE);
	if (policy->magic_size && !xe_has_magic(policy, ping))
		return xe_because(XE_DROP_MAGIC);
	if (policy->prefix_nodes && !xe_source_accepted(env, ping))
		return xe_because(XE_DROP_DENIED);
	return XE_ANSWER;
}

static XE_INLINE __u64 *xe_credit_of(const struct xe_env *env)
{
#ifdef __BPF__
	return &env->credits[bpf_get_smp_processor_id() & (XE_MAX_SLOTS - 1)].packets;
#else
	return &env->credits->packets;
#endif
}

/*
 * The interface's bucket is shared by all CPUs, so each takes a share of several
 * packets at a time and spends it alone: the cache line moves once a share.
 * Compare and swap, as the errors of many CPUs would add up to a multiple of the rate.
 */
static XE_INLINE bool xe_take_total(const struct xe_env *env)
{
	const volatile struct xe_policy *policy = env->policy;
	__u64 share = policy->total_share, interval = policy->total_interval * share;
	__u64 *credit = xe_credit_of(env);

	if (*credit) {
		--*credit;
		return true;
	}
	for (int tries = 0; tries < 4; tries++) {
		__u64 was = *(volatile __u64 *)env->total_bucket;
		__u64 ahead = xe_ahead(&was, env->now, interval);

		if (ahead >= policy->total_tolerance)
			return false;
		if (__sync_val_compare_and_swap(env->total_bucket, was, env->now + ahead) == was) {
			*credit = share - 1;
			return true;
		}
	}
	return false; /* so many at once are close to the rate, if not above it */
}

/*
 * The rates come last, so that a refused packet never uses up what its source
 * may send: a source's bucket is written when nothing else stands in the way.
 *
 * The store is plain: two CPUs on one bucket at one instant may let a packet
 * too many through, which costs less than a locked instruction a packet.
 */
static XE_INLINE enum xe_reason xe_check_rates(const struct xe_env *env, const struct xe_ping *ping,
					       __u32 extra)
{
	const volatile struct xe_policy *policy = env->policy;
	__u64 interval = policy->rate_interval, ahead = 0;
	__u64 *bucket = env->buckets;

	if (interval) {
		bucket = xe_source_bucket(env, ping);
		ahead = xe_ahead(bucket, env->now, interval);
		if (xe_rarely(ahead >= policy->rate_tolerance))
			return xe_because(XE_DROP_RATE);
	} else {
		xe_apart();
	}
	if (extra && policy->total_interval && !xe_take_total(env))
		return xe_because(XE_DROP_TOTAL_RATE);
	if (interval)
		*(volatile __u64 *)bucket = env->now + ahead;
	else
		xe_apart();
	return XE_ANSWER;
}

/* May this ping, which is ours, be answered? XE_ANSWER or a drop reason. */
static XE_INLINE enum xe_reason xe_police(const struct xe_env *env, const struct xe_ping *ping)
{
	enum xe_reason reason = xe_check_ping(env, ping);
	__u32 extra = env->plain ? 0 : env->policy->extra;

	if (reason == XE_ANSWER && extra)
		reason = xe_check_extra(env, ping);
	return reason == XE_ANSWER ? xe_check_rates(env, ping, extra) : reason;
}

#endif
