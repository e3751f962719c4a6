/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xsk_queue.h - an AF_XDP socket on one receive queue: frames in, replies out by the
 * transmit queue of the same number.
 *
 * Of its own memory (UMEM), with as many frames as each of its four rings has room
 * for: so no ring can be found full, and what cannot be taken is a frame for which
 * there is no memory left, which the kernel counts.
 */
#ifndef XE_XSK_QUEUE_H
#define XE_XSK_QUEUE_H

#include <stdbool.h>

#include "error.h"
#include "nic.h"
#include "table.h"

struct xsk_queue;

struct xsk_setup {
	const struct nic *nic;
	__u32 queue;
	__u32 frames;  /* a power of two */
	bool may_zero; /* zero-copy, if the driver can; only below a native program */
	bool busy_poll;
	const char *words;            /* what errors begin with */
	struct xe_counters *counters; /* of this queue alone */
};

/*
 * Opens and binds. A queue that another socket has just left is waited for, for
 * up to two seconds. -EBUSY if it stays taken, -ENOMEM or -ENOBUFS if there is no
 * memory, -EINVAL if there is no such queue, -EOPNOTSUPP if it cannot transmit.
 */
int xsk_queue_open(struct xsk_queue **out, const struct xsk_setup *setup, struct xe_error *error);

/* Frames that still wait are lost; see xsk_queue_idle. Safe on NULL. */
void xsk_queue_close(struct xsk_queue *queue);

int xsk_queue_fd(const struct xsk_queue *queue);
bool xsk_queue_zero_copy(const struct xsk_queue *queue);

/*
 * Answers what has arrived, up to one batch, and counts it. Returns the number of
 * frames taken. One thread at a time.
 */
__u32 xsk_queue_serve(struct xsk_queue *queue, const struct xe_policy *policy,
		      const struct xe_table *table);

/*
 * How many milliseconds it may sleep before it must be served again, though nothing arrives;
 * -1: for ever. 1 means that replies wait which poll(2) would send, and not say how that went:
 * then do not poll its socket.
 */
enum { XSK_UNSENT = 1 };
int xsk_queue_patience(const struct xsk_queue *queue);

/* Has everything that arrived been answered, and every reply gone out? */
bool xsk_queue_idle(struct xsk_queue *queue);

#endif
