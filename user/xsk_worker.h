/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xsk_worker.h - threads that serve AF_XDP queues.
 */
#ifndef XE_XSK_WORKER_H
#define XE_XSK_WORKER_H

#include "xsk_queue.h"

struct xsk_workers;

/*
 * Starts as many threads as there are CPUs to run them, and queues; each serves
 * every so-manieth queue. They hold no capability, and take no signal.
 */
int xsk_workers_start(struct xsk_workers **out, const struct xe_state *state,
		      struct xsk_queue *const *queues, __u32 count, bool busy_poll,
		      struct xe_error *error);

/*
 * Ends them. Arrived frames stay in their queues; with `drain` they are answered
 * first, for which nothing new may arrive any more. Safe on NULL.
 */
void xsk_workers_stop(struct xsk_workers *workers, bool drain);

#endif
