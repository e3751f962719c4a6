/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * request.h - the request that a load sends, as the generators in BPF take it.
 */
#ifndef BENCH_REQUEST_H
#define BENCH_REQUEST_H

#ifndef __BPF__
#include <linux/types.h>
#endif

/*
 * cost.bpf.c: a ring of frames, two cache lines each, as headers begin on a line
 * of their own in a NIC's buffer; and how many runs make a spell.
 */
#define COST_RING_FRAMES 16
#define COST_RING_STRIDE 128
#define COST_SPELL 4096
#define COST_SPELLS 64

/* Multiples of 8: large enough for the headers over IPv4, no more than the least frame; large
 * enough for those of any load. */
#define REQUEST_HEADER_MIN 48
#define REQUEST_HEADER_MAX 72

/* The first source address, host order; source n is this plus n. In IPv6: bits 32-63. */
#define REQUEST_FIRST_SOURCE 0x0b000001

/*
 * The headers of a request, and where in them the generators put what makes
 * another source of it.
 */
struct request {
	__u8 bytes[REQUEST_HEADER_MAX]; /* zero beyond the headers */
	__u32 size;                     /* of the whole frame */
	__u32 protocol_at;              /* offset of the byte that says UDP */
	__u32 source_at;                /* offset of the 32 bits of the source that vary */
	__u32 checksum_at;              /* offset of the IPv4 header checksum; 0 for IPv6 */
	__u32 checksum_sum;             /* IPv4: sum over the header without source and checksum */
	__u32 udp_checksum_at;          /* offset of the UDP checksum */
	__u32 udp_checksum_sum;         /* over all that it covers but those 32 bits */
	__u32 sources;                  /* how many */
	__u32 run;                      /* requests in a row from each, in turn; 0: at random */
	__u32 pad;
};

#endif
