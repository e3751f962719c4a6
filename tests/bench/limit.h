/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * limit.h - the least that a program which sends frames back can do, and the
 * source address of the next request. Shared by the benchmarks' BPF programs.
 */
#ifndef BENCH_LIMIT_H
#define BENCH_LIMIT_H

#include "packet.h"
#include "tests/bench/request.h"

static XE_INLINE int limit_swap(__u8 *frame, const __u8 *end)
{
	if (frame + XE_ETH_SIZE > end)
		return XDP_ABORTED;
	xe_swap_macs(frame);
	return XDP_TX;
}

/* Writes the headers of a request from a random one of its sources; false if there is no room. */
static XE_INLINE bool limit_write_request(__u8 *frame, const __u8 *end,
					  const struct request *request, __u64 *random)
{
	__u8 *address = frame + (request->source_at & 63);
	__u8 *checksum = frame + (request->checksum_at & 63);
	__u32 source, sum;

	/* the verifier knows the very pointers that were compared with the end, and no copies */
	barrier_var(address);
	barrier_var(checksum);
	if (frame + REQUEST_HEADER_MIN > end || address + 4 > end || checksum + 2 > end)
		return false;
	for (int i = 0; i < REQUEST_HEADER_MIN; i += 8)
		xe_store(__u64, frame + i, xe_load(__u64, request->bytes + i));
	if (frame + REQUEST_HEADER_MAX <= end)
		for (int i = REQUEST_HEADER_MIN; i < REQUEST_HEADER_MAX; i += 8)
			xe_store(__u64, frame + i, xe_load(__u64, request->bytes + i));
	*random = *random * 6364136223846793005 + 1442695040888963407;
	source = __builtin_bswap32(REQUEST_FIRST_SOURCE +
				   ((*random >> 32) * request->sources >> 32));
	xe_store(__u32, address, source);
	if (!request->checksum_at)
		return true;
	sum = request->checksum_sum + (source & 0xffff) + (source >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	xe_store(__u16, checksum, (__u16)~sum);
	return true;
}

#endif
