// SPDX-License-Identifier: GPL-2.0-only
/* xsk_queue.c - see xsk_queue.h: the socket and its memory. The traffic is in xsk_echo.c. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>

#include "xsk_private.h"

/* Since Linux 5.11; older C libraries do not name them. */
#ifndef SO_PREFER_BUSY_POLL
#define SO_PREFER_BUSY_POLL 69
#define SO_BUSY_POLL_BUDGET 70
#endif

enum {
	BUSY_TRIES = 1000,
	BUSY_PAUSE = 2000000, /* nanoseconds */
	BUSY_POLL_MICROSECONDS = 20,
};

/* --- opening --------------------------------------------------------------------------------- */

static int make_umem(struct xsk_queue *queue, __u32 frames)
{
	const struct xsk_umem_config config = {
		.fill_size = frames,
		.comp_size = frames,
		.frame_size = XE_XSK_FRAME,
	};

	queue->size = (size_t)frames * XE_XSK_FRAME;
	queue->memory =
		mmap(NULL, queue->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (queue->memory == MAP_FAILED) {
		queue->memory = NULL;
		return -errno;
	}
	return xsk_umem__create(&queue->umem, queue->memory, queue->size, &queue->fill,
				&queue->completion, &config);
}

static int bind_socket(struct xsk_queue *queue, const struct xsk_setup *setup)
{
	/* without XDP_COPY the kernel tries zero-copy first */
	const struct xsk_socket_config config = {
		.rx_size = setup->frames,
		.tx_size = setup->frames,
		.libxdp_flags = XSK_LIBXDP_FLAGS__INHIBIT_PROG_LOAD,
		.bind_flags = XDP_USE_NEED_WAKEUP | (setup->may_zero ? 0 : XDP_COPY),
	};
	struct xdp_options options = {};
	socklen_t size = sizeof(options);
	int err;

	err = xsk_socket__create(&queue->socket, setup->nic->name, setup->queue, queue->umem,
				 &queue->rx, &queue->tx, &config);
	if (err)
		return err;
	queue->fd = xsk_socket__fd(queue->socket);
	if (getsockopt(queue->fd, SOL_XDP, XDP_OPTIONS, &options, &size) == 0)
		queue->zero_copy = options.flags & XDP_OPTIONS_ZEROCOPY;
	return 0;
}

static int set_busy_poll(const struct xsk_queue *queue)
{
	static const struct {
		int name, value;
	} options[] = {
		{SO_PREFER_BUSY_POLL, 1},
		{SO_BUSY_POLL, BUSY_POLL_MICROSECONDS},
		{SO_BUSY_POLL_BUDGET, XSK_BATCH},
	};

	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++)
		if (setsockopt(queue->fd, SOL_SOCKET, options[i].name, &options[i].value,
			       sizeof(options[i].value)))
			return -errno;
	return 0;
}

/*
 * Does the transmit queue of this number exist? virtio-net, once it has a native program, gets
 * frames on more receive queues than the stack has transmit queues, and says that they are as
 * many; on those the kernel leaves replies where they are, without an error. So it is asked to
 * send what is no frame: where it looks at the ring, it takes and counts it. -EOPNOTSUPP if it
 * does not look, -ENETDOWN if this cannot be known.
 */
static int try_transmit(struct xsk_queue *queue)
{
	struct xdp_statistics statistics = {};
	socklen_t size = sizeof(statistics);
	__u32 at = 0;

	xsk_ring_prod__reserve(&queue->tx, 1, &at);
	*xsk_ring_prod__tx_desc(&queue->tx, at) = (struct xdp_desc){.addr = queue->size, .len = 1};
	xsk_ring_prod__submit(&queue->tx, 1);
	/* the first takes it, the second says so in the ring */
	for (int i = 0; i < 2; i++)
		if (sendto(queue->fd, NULL, 0, MSG_DONTWAIT, NULL, 0) < 0)
			return -ENETDOWN;
	queue->tx_settled = *queue->tx.consumer;
	if (getsockopt(queue->fd, SOL_XDP, XDP_STATISTICS, &statistics, &size))
		return -errno;
	return statistics.tx_invalid_descs == 1 && queue->tx_settled == 1 ? 0 : -EOPNOTSUPP;
}

static int try_open(struct xsk_queue **out, const struct xsk_setup *setup, bool ask)
{
	struct xsk_queue *queue = calloc(1, sizeof(*queue));
	int err;

	if (!queue)
		return -ENOMEM;
	queue->counters = setup->counters;
	queue->busy_poll = setup->busy_poll;
	queue->verdicts = calloc(setup->frames, sizeof(*queue->verdicts));
	err = queue->verdicts ? make_umem(queue, setup->frames) : -ENOMEM;
	if (!err)
		err = bind_socket(queue, setup);
	if (!err && setup->busy_poll)
		err = set_busy_poll(queue);
	if (!err && ask && !queue->zero_copy)
		err = try_transmit(queue);
	if (err) {
		xsk_queue_close(queue);
		return err;
	}
	xsk_queue_prepare(queue, setup->frames);
	*out = queue;
	return 0;
}

static const char *advice(int err)
{
	switch (err) {
	case -EBUSY:
		return "; another program has an AF_XDP socket on it";
	case -ENOMEM:
		return "; fewer queues need less memory (ethtool -L)";
	case -ENOBUFS:
		return "; raise the limit of locked memory (ulimit -l), or run with CAP_IPC_LOCK";
	case -EOPNOTSUPP:
		return "; nothing is sent by the transmit queue of this number";
	case -EPERM:
		return "; AF_XDP sockets need CAP_NET_RAW";
	default:
		return "";
	}
}

int xsk_queue_open(struct xsk_queue **out, const struct xsk_setup *setup, struct xe_error *error)
{
	const struct timespec pause = {.tv_nsec = BUSY_PAUSE};
	bool ask = true;
	int err = try_open(out, setup, ask);

	/* the kernel gives up a closed socket's queue a little later */
	for (int tries = BUSY_TRIES; (err == -EBUSY || err == -ENETDOWN) && tries > 0; tries--) {
		if (err == -ENETDOWN) /* of an interface that is down, the best is assumed */
			ask = false;
		nanosleep(&pause, NULL);
		err = try_open(out, setup, ask);
	}
	if (err)
		return xe_fail(error, -err, "%s: no socket on queue %u of %s (%u KiB): %s%s",
			       setup->words, setup->queue, setup->nic->name,
			       setup->frames * (XE_XSK_FRAME / 1024), strerror(-err), advice(err));
	return 0;
}

void xsk_queue_close(struct xsk_queue *queue)
{
	if (!queue)
		return;
	if (queue->socket)
		xsk_socket__delete(queue->socket);
	if (queue->umem)
		xsk_umem__delete(queue->umem);
	if (queue->memory)
		munmap(queue->memory, queue->size);
	free(queue->verdicts);
	free(queue);
}

int xsk_queue_fd(const struct xsk_queue *queue)
{
	return queue->fd;
}

bool xsk_queue_zero_copy(const struct xsk_queue *queue)
{
	return queue->zero_copy;
}
