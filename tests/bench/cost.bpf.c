// SPDX-License-Identifier: GPL-2.0-only
/*
 * cost.bpf.c - the product's program and two limits, in a form whose cost can
 * be measured with bpf_prog_test_run.
 *
 * test_run gives a program the same buffer again and again, and an answered
 * request is no longer a request. Putting the header back between two runs
 * would measure the store buffer: the next run's loads meet stores of other
 * widths that have not reached the cache yet. So the buffer holds a ring of
 * frames. A run takes the next one; when the ring is used up, all of it is
 * written anew, which is so long that the first frame's bytes are in the cache
 * before it is read. The limits run in the same ring, and the ring with a program
 * that only drops is what all of them cost more than their own work.
 */
#include "bpf/xdp_echo.bpf.c"

#include "tests/bench/limit.h"

struct request request;

__u64 random;
__u32 turn;

/*
 * The time of every COST_SPELL runs, taken from within: what else the machine
 * does falls on some spells and leaves others alone, and userspace takes the least.
 */
__u64 started;
__u64 spells[COST_SPELLS]; /* nanoseconds */

static __noinline int end_spell(void)
{
	__u64 now = bpf_ktime_get_ns();

	spells[turn / COST_SPELL % COST_SPELLS] = now - started;
	started = now;
	return 0;
}

static __always_inline __u32 begin_run(void)
{
	if (++turn % COST_SPELL == 0)
		end_spell();
	return turn;
}

static __noinline int fill_ring(__u8 *data, __u8 *end)
{
	for (int i = 0; i < COST_RING_FRAMES; i++)
		if (!limit_write_request(data + i * COST_RING_STRIDE, end, &request, &random))
			return -1;
	return 0;
}

/* The next frame of the ring. */
static __always_inline __u8 *next_frame(__u8 *data, __u8 *end)
{
	if (begin_run() % COST_RING_FRAMES == 0)
		fill_ring(data, end);
	/* loaded again: one value to the verifier, not one for each way here */
	return data + *(volatile __u32 *)&turn % COST_RING_FRAMES * COST_RING_STRIDE;
}

SEC("xdp.frags")
int drop(struct xdp_md *ctx)
{
	(void)ctx;
	begin_run();
	return XDP_DROP;
}

SEC("xdp.frags")
int swap(struct xdp_md *ctx)
{
	begin_run();
	return limit_swap((__u8 *)(long)ctx->data, (__u8 *)(long)ctx->data_end);
}

SEC("xdp.frags")
int ring_drop(struct xdp_md *ctx)
{
	__u8 *data = (__u8 *)(long)ctx->data, *end = (__u8 *)(long)ctx->data_end;
	__u8 *frame = next_frame(data, end);

	return frame + XE_ETH_SIZE > end ? XDP_ABORTED : XDP_DROP;
}

SEC("xdp.frags")
int ring_swap(struct xdp_md *ctx)
{
	__u8 *data = (__u8 *)(long)ctx->data, *end = (__u8 *)(long)ctx->data_end;

	return limit_swap(next_frame(data, end), end);
}

SEC("xdp.frags")
int ring_echo(struct xdp_md *ctx)
{
	__u8 *data = (__u8 *)(long)ctx->data, *end = (__u8 *)(long)ctx->data_end;

	return echo(ctx, next_frame(data, end), end, ticks());
}
