// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsk_echo.c - the traffic of an AF_XDP socket; see xsk_queue.h.
 *
 * A frame goes round: fill ring, kernel, rx ring, here, tx ring, kernel,
 * completion ring, fill ring. The XDP program has matched and policed what
 * arrives; here it is only finished.
 */
#include <errno.h>
#include <sys/socket.h>

#include "xsk_private.h"

enum { LOOK_AT_LOSSES = 64 }; /* batches */

void xsk_queue_prepare(struct xsk_queue *queue, __u32 frames)
{
	__u32 at = 0;

	xsk_ring_prod__reserve(&queue->fill, frames, &at);
	for (__u32 i = 0; i < frames; i++)
		*xsk_ring_prod__fill_addr(&queue->fill, at + i) = (__u64)i * XE_XSK_FRAME;
	xsk_ring_prod__submit(&queue->fill, frames);
}

/* Gives a frame back to the kernel to receive into. There is room: see xsk_queue.h. */
static void refill(struct xsk_queue *queue, __u64 address)
{
	__u32 at;

	if (xsk_ring_prod__reserve(&queue->fill, 1, &at) == 1)
		*xsk_ring_prod__fill_addr(&queue->fill, at) = address & ~((__u64)XE_XSK_FRAME - 1);
}

static void submit_refilled(struct xsk_queue *queue)
{
	__u32 count = queue->fill.cached_prod - *queue->fill.producer;

	if (count)
		xsk_ring_prod__submit(&queue->fill, count);
}

static void recycle(struct xsk_queue *queue)
{
	__u32 at, count = xsk_ring_cons__peek(&queue->completion, queue->completion.size, &at);

	for (__u32 i = 0; i < count; i++)
		refill(queue, *xsk_ring_cons__comp_addr(&queue->completion, at + i));
	if (count)
		xsk_ring_cons__release(&queue->completion, count);
	queue->outstanding -= count;
}

/* --- answering ------------------------------------------------------------------------------- */

static void send_later(struct xsk_queue *queue, const struct xdp_desc *received, xe_verdict verdict)
{
	__u32 at;

	if (xsk_ring_prod__reserve(&queue->tx, 1, &at) != 1)
		return;
	*xsk_ring_prod__tx_desc(&queue->tx, at) = (struct xdp_desc){
		.addr = received->addr,
		.len = received->len,
	};
	queue->verdicts[at & queue->tx.mask] = verdict;
}

/* Ours when it was judged; by now the address may have left the interface, the port its set. */
static void answer(struct xsk_queue *queue, const struct xdp_desc *received,
		   const struct xe_env *env)
{
	__u8 *frame = queue->memory + received->addr;
	xe_verdict verdict = xe_answer_any(frame, frame + received->len, XE_FINISH, env);

	if (xe_verdict_reason(verdict) == XE_ANSWER) {
		send_later(queue, received, verdict);
		return;
	}
	verdict = xe_verdict_of(XE_DROP_STALE, xe_verdict_family(verdict), 0);
	xe_count_reason(queue->counters, env->policy, verdict);
	refill(queue, received->addr);
}

static __u32 receive(struct xsk_queue *queue, const struct xe_env *env)
{
	__u32 at, count = xsk_ring_cons__peek(&queue->rx, XSK_BATCH, &at), sent;

	for (__u32 i = 0; i < count; i++)
		answer(queue, xsk_ring_cons__rx_desc(&queue->rx, at + i), env);
	if (!count)
		return 0;
	xsk_ring_cons__release(&queue->rx, count);
	sent = queue->tx.cached_prod - *queue->tx.producer;
	if (sent)
		xsk_ring_prod__submit(&queue->tx, sent);
	queue->outstanding += sent;
	return count;
}

/* --- sending --------------------------------------------------------------------------------- */

static bool unsent(const struct xsk_queue *queue)
{
	return *queue->tx.producer != queue->tx_settled;
}

/* Counts what the kernel has taken: a reply each, but for those that it could not send. */
static bool settle(struct xsk_queue *queue, const struct xe_policy *policy)
{
	__u32 taken = __atomic_load_n(queue->tx.consumer, __ATOMIC_ACQUIRE);
	bool progress = taken != queue->tx_settled;

	for (; queue->tx_settled != taken; queue->tx_settled++) {
		xe_verdict verdict = queue->verdicts[queue->tx_settled & queue->tx.mask];

		if (!queue->tx_refused) {
			xe_count_reply(queue->counters, policy, verdict);
			continue;
		}
		queue->tx_refused--;
		verdict = xe_verdict_of(XE_DROP_SEND, xe_verdict_family(verdict),
					xe_verdict_size(verdict));
		xe_count_reason(queue->counters, policy, verdict);
	}
	return progress;
}

/* Asks the kernel to send. False if it cannot take more for now. */
static bool kick(struct xsk_queue *queue, const struct xe_policy *policy)
{
	bool refused = sendto(queue->fd, NULL, 0, MSG_DONTWAIT, NULL, 0) < 0 && errno == EBUSY;

	queue->tx_refused += refused;
	return settle(queue, policy) || refused;
}

/*
 * In copy mode sendto(2) sends 32 frames at most, so it is called until all are sent. EBUSY says
 * that the last frame it took was dropped (no carrier, say). Zero-copy needs one kick, and none
 * while the driver is at work.
 */
static void send_all(struct xsk_queue *queue, const struct xe_policy *policy)
{
	settle(queue, policy);
	if (queue->zero_copy) {
		if (unsent(queue) && xsk_ring_prod__needs_wakeup(&queue->tx))
			kick(queue, policy);
		return;
	}
	for (__u32 tries = queue->tx.size; tries && unsent(queue); tries--)
		if (!kick(queue, policy))
			return;
}

/* --- losses ---------------------------------------------------------------------------------- */

/*
 * Frames that the XDP program gave to the socket and the kernel could not: no free
 * frame (rx_dropped) or a full ring. The kernel does not tell of which family.
 */
static void count_losses(struct xsk_queue *queue)
{
	struct xdp_statistics now = {};
	socklen_t size = sizeof(now);
	__u64 losses;

	queue->batches = 0;
	if (getsockopt(queue->fd, SOL_XDP, XDP_STATISTICS, &now, &size))
		return;
	losses = now.rx_dropped + now.rx_ring_full;
	queue->counters->reasons[XE_OTHER][XE_DROP_QUEUE_FULL] += losses - queue->losses;
	queue->losses = losses;
}

/* --- one turn -------------------------------------------------------------------------------- */

__u32 xsk_queue_serve(struct xsk_queue *queue, const struct xe_policy *policy,
		      const struct xe_table *table)
{
	const struct xe_env env = {.policy = policy, .table = table};
	__u32 count;

	if (queue->busy_poll) /* runs the driver's receive code in this thread */
		recvfrom(queue->fd, NULL, 0, MSG_DONTWAIT, NULL, NULL);
	recycle(queue);
	count = receive(queue, &env);
	send_all(queue, policy);
	recycle(queue);
	submit_refilled(queue);
	if (!queue->busy_poll && xsk_ring_prod__needs_wakeup(&queue->fill))
		recvfrom(queue->fd, NULL, 0, MSG_DONTWAIT, NULL, NULL);
	if (++queue->batches >= LOOK_AT_LOSSES || count < XSK_BATCH)
		count_losses(queue);
	return count;
}

int xsk_queue_patience(const struct xsk_queue *queue)
{
	if (unsent(queue))
		return XSK_UNSENT;
	return queue->outstanding ? 10 : -1;
}

bool xsk_queue_idle(struct xsk_queue *queue)
{
	recycle(queue);
	submit_refilled(queue);
	return queue->outstanding == 0 && xsk_cons_nb_avail(&queue->rx, 1) == 0;
}
