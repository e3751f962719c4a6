// SPDX-License-Identifier: GPL-2.0-only
/*
 * limit.bpf.c - the limits that the product is measured against, and the two
 * ends of a flood: a generator of requests and a sink that counts replies.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

#include "tests/bench/limit.h"

struct request request;
__u32 target; /* ifindex that requests leave by */

__u64 random;
__u64 sent, window, waited; /* of `feed` */

#define FEED_PATIENCE 100000

__u64 replies, others; /* frames that came back to the sink; one CPU writes */

SEC("xdp.frags")
int limit_drop(struct xdp_md *ctx)
{
	(void)ctx;
	return XDP_DROP;
}

SEC("xdp.frags")
int limit_mac_swap(struct xdp_md *ctx)
{
	return limit_swap((__u8 *)(long)ctx->data, (__u8 *)(long)ctx->data_end);
}

/*
 * Run by test_run with live frames: every run sends one request. The frames come
 * back to the pool as the server left them, so each is written from the start.
 */
static __always_inline int generate_one(struct xdp_md *ctx)
{
	__u8 *frame = (__u8 *)(long)ctx->data, *end = (__u8 *)(long)ctx->data_end;

	if (!limit_write_request(frame, end, &request, &random))
		return XDP_ABORTED;
	return bpf_redirect(target, 0);
}

SEC("xdp")
int generate(struct xdp_md *ctx)
{
	return generate_one(ctx);
}

/*
 * The same for servers that need a CPU's turn: no more than `window` requests are under way,
 * since what a socket's queue has no room for would be work for nothing. What does not come
 * back while the generator is called FEED_PATIENCE times is given up.
 */
SEC("xdp")
int feed(struct xdp_md *ctx)
{
	if (sent - replies >= window) {
		if (++waited > FEED_PATIENCE)
			sent = replies;
		return XDP_DROP;
	}
	waited = 0;
	sent++;
	return generate_one(ctx);
}

SEC("xdp.frags")
int pass(struct xdp_md *ctx)
{
	(void)ctx;
	return XDP_PASS;
}

/* A reply is UDP, from the server's MAC to the client's; a stack may say ICMP, too. */
SEC("xdp.frags")
int sink(struct xdp_md *ctx)
{
	__u8 *frame = (__u8 *)(long)ctx->data, *end = (__u8 *)(long)ctx->data_end;
	__u8 *protocol = frame + (request.protocol_at & 31);

	barrier_var(protocol);
	if (frame + XE_ETH_SIZE <= end && protocol + 1 <= end &&
	    xe_load(__u32, frame + 8) == xe_load(__u32, request.bytes + 2) &&
	    *protocol == XE_PROTOCOL_UDP)
		replies++;
	else
		others++;
	return XDP_DROP;
}

char LICENSE[] SEC("license") = "GPL";
