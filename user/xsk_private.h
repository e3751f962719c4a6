/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xsk_private.h - what xsk_queue.c and xsk_echo.c share.
 */
#ifndef XE_XSK_PRIVATE_H
#define XE_XSK_PRIVATE_H

#include <xdp/xsk.h>

#include "count.h"
#include "xsk_queue.h"

/* One sendto(2) sends no more than 32 frames. */
enum { XSK_BATCH = 32 };

struct xsk_queue {
	struct xsk_ring_cons rx, completion;
	struct xsk_ring_prod tx, fill;
	__u8 *memory;
	struct xe_counters *counters;
	xe_verdict *verdicts; /* of the frames in the tx ring, by their place in it */
	__u32 tx_settled;     /* replies up to here have been counted */
	__u32 tx_refused;     /* frames that the kernel said it dropped, to be counted */
	__u32 outstanding;    /* frames that are in the tx ring, or not completed yet */
	__u32 batches;        /* since losses were looked at */
	__u64 losses;         /* counted so far */
	bool busy_poll, zero_copy;
	int fd;
	struct xsk_socket *socket;
	struct xsk_umem *umem;
	size_t size; /* of memory */
};

/* Gives the kernel all frames to receive into. */
void xsk_queue_prepare(struct xsk_queue *queue, __u32 frames);

#endif
