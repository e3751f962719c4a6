// SPDX-License-Identifier: GPL-2.0-only
/*
 * xdp_echo.bpf.c - answers UDP pings on the NIC they arrived on.
 *
 * packet.h decides and rewrites; this file only binds it to XDP: global data
 * in, an XDP action out. Every frame ends in exactly one counter.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

#include "packet.h"

/* Frozen at load: the verifier sees its values and removes what is off. */
const volatile struct xe_policy policy SEC(".rodata");
const volatile __u32 path = XE_NATIVE; /* whose counters; NATIVE, GENERIC or AFXDP */

/* Shared with userspace through mmap; pinned, so it outlives program and agent. */
struct xe_state state;

struct {
	__uint(type, BPF_MAP_TYPE_XSKMAP);
	__uint(max_entries, XE_MAX_SLOTS);
	__type(key, __u32);
	__type(value, __u32);
} sockets SEC(".maps");

static __always_inline struct xe_env environment(__u64 now)
{
	return (struct xe_env){
		.policy = &policy,
		.table = &state.live.table[*(volatile __u32 *)&state.live.active & 1],
		.buckets = state.buckets,
		.total_bucket = state.total_bucket,
		.now = now,
	};
}

static __always_inline struct xe_counters *counters(__u32 cpu)
{
	return &state.counters[path & (XE_PATHS - 1)][cpu & (XE_MAX_SLOTS - 1)];
}

static __always_inline void count_reply(__u32 cpu, xe_verdict verdict)
{
	struct xe_counters *counter = counters(cpu);
	__u32 family = xe_verdict_family(verdict) & 1;

	counter->replies[family]++;
	counter->reply_bytes[family] += xe_verdict_size(verdict);
}

/* Cold: what is not answered costs the stack far more than this call. */
static __noinline int count_reason(xe_verdict verdict)
{
	__u32 family = xe_verdict_family(verdict), reason = xe_verdict_reason(verdict);
	__u32 cpu = bpf_get_smp_processor_id();

	if (family < XE_FAMILIES && reason < XE_REASON_SLOTS)
		counters(cpu)->reasons[family][reason]++;
	return reason < XE_FIRST_DROP ? XDP_PASS : XDP_DROP;
}

/* The linear part of a frame in several buffers ends early: say so, not "truncated". */
static __always_inline xe_verdict name_jumbo(struct xdp_md *ctx, xe_verdict verdict)
{
	if (xe_verdict_reason(verdict) == XE_PASS_TRUNCATED &&
	    bpf_xdp_get_buff_len(ctx) > ctx->data_end - ctx->data)
		return xe_verdict_of(XE_PASS_JUMBO, xe_verdict_family(verdict), 0);
	return verdict;
}

/* VLAN tags and IPv6, out of line so that the common case stays short. */
static __noinline xe_verdict answer_uncommon(__u8 *frame, __u8 *end, __u64 now)
{
	struct xe_env env = environment(now);

	return xe_answer_any(frame, end, XE_REWRITE, &env);
}

static __noinline xe_verdict judge_any(__u8 *frame, __u8 *end, __u64 now)
{
	struct xe_env env = environment(now);

	return xe_answer_any(frame, end, XE_JUDGE, &env);
}

static __always_inline __u64 ticks(void)
{
	return bpf_jiffies64() << XE_TICK_SHIFT;
}

static __always_inline int echo(struct xdp_md *ctx, __u8 *frame, __u8 *end)
{
	__u32 cpu = bpf_get_smp_processor_id();
	__u64 now = ticks();
	xe_verdict verdict;

	if (xe_is_common(frame, end)) {
		struct xe_env env = environment(now);

		verdict = xe_answer_common(frame, end, XE_REWRITE, &env);
	} else {
		verdict = answer_uncommon(frame, end, now);
	}
	if (xe_verdict_reason(verdict) != XE_ANSWER)
		return count_reason(name_jumbo(ctx, verdict));
	count_reply(cpu, verdict);
	return XDP_TX;
}

SEC("xdp.frags")
int xdp_echo(struct xdp_md *ctx)
{
	return echo(ctx, (__u8 *)(long)ctx->data, (__u8 *)(long)ctx->data_end);
}

/*
 * Mode afxdp: what would be answered goes to the AF_XDP socket of the receive
 * queue, which counts it; what is refused is dropped and counted here. Where no
 * socket is bound the stack gets the frame, and the socket path answers.
 */
SEC("xdp.frags")
int xdp_redirect(struct xdp_md *ctx)
{
	__u8 *frame = (__u8 *)(long)ctx->data, *end = (__u8 *)(long)ctx->data_end;
	xe_verdict verdict = judge_any(frame, end, ticks());
	enum xe_family family = xe_verdict_family(verdict);
	int action;

	if (xe_verdict_reason(verdict) != XE_ANSWER)
		return count_reason(name_jumbo(ctx, verdict));
	action = bpf_redirect_map(&sockets, ctx->rx_queue_index, XDP_PASS);
	if (action == XDP_PASS)
		return count_reason(xe_verdict_of(XE_PASS_REDIRECT, family, 0));
	return action;
}

char LICENSE[] SEC("license") = "GPL";
