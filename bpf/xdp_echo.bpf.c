// SPDX-License-Identifier: GPL-2.0-only
/*
 * xdp_echo.bpf.c - answers UDP pings on the NIC they arrived on.
 *
 * packet.h decides and rewrites; this file only binds it to XDP: global data
 * in, an XDP action out. Every frame ends in exactly one counter.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

#include "count.h"

/* Frozen at load: the verifier sees its values and removes what is off. */
const volatile struct xe_policy policy SEC(".rodata");
const volatile __u64 counters_at = XE_COUNTERS_AT(XE_NATIVE); /* or another path's */

/* Shared with userspace through mmap; pinned, so it outlives program and agent. */
struct xe_state state;

struct {
	__uint(type, BPF_MAP_TYPE_XSKMAP);
	__uint(max_entries, XE_MAX_SLOTS);
	__type(key, __u32);
	__type(value, __u32);
} sockets SEC(".maps");

/* The lists. Userspace puts a map of the size that they need in its place. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct xe_prefixes);
} prefixes SEC(".maps");

/* Addresses are loaded once, not put together anew for every field: this one, and the table's. */
static __always_inline const volatile struct xe_policy *the_rules(void)
{
	const volatile struct xe_policy *rules = &policy;

	barrier_var(rules);
	return rules;
}

static __always_inline struct xe_env environment(const volatile struct xe_policy *rules, __u64 now,
						 bool plain)
{
	__u32 offset = *(volatile __u32 *)&state.live.offset & XE_TABLE_AT(1);
	const struct xe_table *table = (const void *)((const __u8 *)&state + offset);

	barrier_var(table);
	return (struct xe_env){
		.policy = rules,
		.table = table,
		.buckets = state.buckets,
		.total_bucket = state.total_bucket,
		.credits = state.credits,
		.prefixes = &prefixes,
		.now = now,
		.plain = plain,
	};
}

static __always_inline struct xe_counters *counters(void)
{
	__u64 slot = bpf_get_smp_processor_id() & (XE_MAX_SLOTS - 1);
	struct xe_counters *mine = (void *)((__u8 *)&state + counters_at) + slot * sizeof(*mine);

	barrier_var(mine);
	return mine;
}

/* Cold: what is not answered costs the stack far more than this call. */
static __noinline int count_reason(__u32 reason, __u32 family, __u32 size)
{
	xe_count_reason(counters(), &policy, xe_verdict_of(reason, family, size));
	return reason < XE_FIRST_DROP ? XDP_PASS : XDP_DROP;
}

static __always_inline int count_verdict(xe_verdict verdict)
{
	return count_reason(xe_verdict_reason(verdict), xe_verdict_family(verdict),
			    xe_verdict_size(verdict));
}

/* The linear part of a frame in several buffers ends early: say so, not "truncated". */
static __always_inline int decline(struct xdp_md *ctx, xe_verdict verdict)
{
	enum xe_reason reason = xe_verdict_reason(verdict);

	if (reason == XE_PASS_TRUNCATED && bpf_xdp_get_buff_len(ctx) > ctx->data_end - ctx->data)
		reason = XE_PASS_JUMBO;
	return count_reason(reason, xe_verdict_family(verdict), xe_verdict_size(verdict));
}

static __always_inline __u64 ticks(void)
{
	return bpf_jiffies64() << XE_TICK_SHIFT;
}

/* VLAN tags, IPv6, all that is not answered, and rules that are off as a rule. */
static __noinline int echo_any(struct xdp_md *ctx, __u8 *frame, __u8 *end, __u64 now)
{
	struct xe_env env = environment(the_rules(), now, false);
	xe_verdict verdict = xe_answer_any(frame, end, XE_REWRITE, &env);

	if (xe_rarely(xe_verdict_reason(verdict) != XE_ANSWER))
		return decline(ctx, verdict);
	xe_count_reply(counters(), &policy, verdict);
	return XDP_TX;
}

/* The shortest way, for what is most often asked. */
static __always_inline int echo_ping(__u8 *frame, const __u32 l2, struct xe_ping *ping,
				     const volatile struct xe_policy *rules, __u64 now,
				     const enum xe_plain plain)
{
	const enum xe_family family = ping->family;
	struct xe_env env = environment(rules, now, true);
	xe_verdict verdict = xe_answer_ping(frame, l2, family, ping, XE_REWRITE, &env);

	if (xe_rarely(xe_verdict_reason(verdict) != XE_ANSWER))
		return count_verdict(verdict);
	if (plain == XE_PLAIN_SIZES)
		xe_count_reply(counters(), &policy, verdict);
	else
		xe_count_plain_reply(counters(), verdict);
	return XDP_TX;
}

/* Each of the common shapes is compiled by itself: with its offsets, and without a call. */
static __always_inline int echo_common(struct xdp_md *ctx, __u8 *frame, __u8 *end,
				       const volatile struct xe_policy *rules, __u64 now,
				       const enum xe_plain plain)
{
	enum { TAGGED = XE_ETH_SIZE + XE_TAG_SIZE };
	struct xe_ping ping;

	if (xe_parse_common(frame, end, XE_ETH_SIZE, XE_IPV4, 0, &ping))
		return echo_ping(frame, XE_ETH_SIZE, &ping, rules, now, plain);
	if (xe_parse_common(frame, end, XE_ETH_SIZE, XE_IPV6, 0, &ping))
		return echo_ping(frame, XE_ETH_SIZE, &ping, rules, now, plain);
	if (xe_is_common_vlan(frame, end)) {
		__u32 vlan = xe_common_vlan(frame);

		if (xe_parse_common(frame, end, TAGGED, XE_IPV4, vlan, &ping))
			return echo_ping(frame, TAGGED, &ping, rules, now, plain);
		if (xe_parse_common(frame, end, TAGGED, XE_IPV6, vlan, &ping))
			return echo_ping(frame, TAGGED, &ping, rules, now, plain);
	}
	return echo_any(ctx, frame, end, now);
}

static __always_inline int echo(struct xdp_md *ctx, __u8 *frame, __u8 *end, __u64 now)
{
	const volatile struct xe_policy *rules = the_rules();
	__u8 plain = rules->plain;

	if (plain == XE_PLAIN)
		return echo_common(ctx, frame, end, rules, now, XE_PLAIN);
	if (plain == XE_PLAIN_SIZES)
		return echo_common(ctx, frame, end, rules, now, XE_PLAIN_SIZES);
	xe_apart();
	return echo_any(ctx, frame, end, now);
}

/* The clock is read first: the call would have to save the frame's place. */
SEC("xdp.frags")
int xdp_echo(struct xdp_md *ctx)
{
	__u64 now = ticks();

	return echo(ctx, (__u8 *)(long)ctx->data, (__u8 *)(long)ctx->data_end, now);
}

/* --- mode afxdp ------------------------------------------------------------------------------ */

/* Can an AF_XDP socket take the frame? It must be bound to the queue, and the frame fit. */
static __always_inline bool has_taker(struct xdp_md *ctx)
{
	__u32 queue = ctx->rx_queue_index;

	return bpf_xdp_get_buff_len(ctx) <= XE_XSK_ROOM && bpf_map_lookup_elem(&sockets, &queue);
}

/* Not policed, since the path that answers it polices it: a source's rate is used up once. */
static __noinline int pass_up(struct xdp_md *ctx, __u8 *frame, __u8 *end)
{
	struct xe_env env = environment(the_rules(), 0, false);
	xe_verdict verdict = xe_answer_any(frame, end, XE_MATCH, &env);

	if (xe_verdict_reason(verdict) == XE_ANSWER)
		return count_reason(XE_PASS_REDIRECT, xe_verdict_family(verdict), 0);
	return decline(ctx, verdict);
}

/*
 * What would be answered goes to the AF_XDP socket of the receive queue, whose worker
 * counts it; what is refused is dropped and counted here. Where no socket can take it the
 * stack gets the frame, and the socket path answers.
 */
SEC("xdp.frags")
int xdp_redirect(struct xdp_md *ctx)
{
	__u8 *frame = (__u8 *)(long)ctx->data, *end = (__u8 *)(long)ctx->data_end;
	struct xe_env env = environment(the_rules(), ticks(), false);
	xe_verdict verdict;
	int action;

	if (!has_taker(ctx))
		return pass_up(ctx, frame, end);
	verdict = xe_answer_any(frame, end, XE_JUDGE, &env);
	if (xe_verdict_reason(verdict) != XE_ANSWER)
		return decline(ctx, verdict);
	action = bpf_redirect_map(&sockets, ctx->rx_queue_index, XDP_PASS);
	if (action == XDP_PASS) /* the socket went this very moment */
		return count_reason(XE_PASS_REDIRECT, xe_verdict_family(verdict), 0);
	return action;
}

/* Never attached: tells userspace what time it is here. */
SEC("xdp")
int xdp_clock(struct xdp_md *ctx)
{
	(void)ctx;
	state.info.clock_ticks = bpf_jiffies64();
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
