/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * limit.h - the least that a program which sends frames back can do, and the
 * source address of the next request. Shared by the benchmarks' BPF programs.
 */
#ifndef BENCH_LIMIT_H
#define BENCH_LIMIT_H

#include "packet.h"
#include "tests/bench/request.h"

#ifdef __BPF__
static XE_INLINE int limit_swap(__u8 *frame, const __u8 *end)
{
	if (frame + XE_ETH_SIZE > end)
		return XDP_ABORTED;
	xe_swap_macs(frame);
	return XDP_TX;
}
#endif

/* Which of its sources the next request comes from; *state is the generator's own. */
static XE_INLINE __u32 limit_next_source(const struct request *request, __u64 *state)
{
	if (request->run)
		return (*state)++ / request->run % request->sources;
	*state = *state * 6364136223846793005 + 1442695040888963407;
	return (*state >> 32) * request->sources >> 32;
}

/* The checksum over `sum` and the source, in wire order. */
static XE_INLINE __u16 limit_checksum(__u32 sum, __u32 source)
{
	sum += (source & 0xffff) + (source >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

static XE_INLINE void limit_copy_word(__u8 *to, const __u8 *from)
{
	__u64 word = xe_load(__u64, from);

	xe_store(__u64, to, word);
}

/* Writes the headers of a request from the next of its sources; false if there is no room. */
static XE_INLINE bool limit_write_request(__u8 *frame, const __u8 *end,
					  const struct request *request, __u64 *state)
{
	__u8 *address = frame + (request->source_at & 63);
	__u8 *checksum = frame + (request->checksum_at & 63);
	__u8 *udp_checksum = frame + (request->udp_checksum_at & 127);
	__u16 udp_sum;
	__u32 source;

	/* the verifier knows the very pointers that were compared with the end, and no copies */
	xe_hide64(address);
	xe_hide64(checksum);
	xe_hide64(udp_checksum);
	if (frame + REQUEST_HEADER_MIN > end || address + 4 > end || checksum + 2 > end ||
	    udp_checksum + 2 > end)
		return false;
	for (int i = 0; i < REQUEST_HEADER_MIN; i += 8)
		limit_copy_word(frame + i, request->bytes + i);
	if (frame + REQUEST_HEADER_MAX <= end)
		for (int i = REQUEST_HEADER_MIN; i < REQUEST_HEADER_MAX; i += 8)
			limit_copy_word(frame + i, request->bytes + i);
	source = xe_wire32(REQUEST_FIRST_SOURCE + limit_next_source(request, state));
	xe_store(__u32, address, source);
	if (request->checksum_at)
		xe_store(__u16, checksum, limit_checksum(request->checksum_sum, source));
	udp_sum = limit_checksum(request->udp_checksum_sum, source);
	xe_store(__u16, udp_checksum, udp_sum ? udp_sum : 0xffff);
	return true;
}

#endif
