// SPDX-License-Identifier: GPL-2.0-only
/*
 * path_afxdp.c - see path_afxdp.h.
 *
 * What is on the way is never lost: the sockets are there before the program is,
 * and are left alone only after it can no longer see them. A frame that meets no
 * socket goes up to the stack, where the socket path answers.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "grace.h"
#include "nic_features.h"
#include "path_afxdp.h"
#include "xdp_link.h"
#include "xdp_program.h"
#include "xsk_worker.h"

enum {
	FRAMES = 2048,                        /* a queue's, at most; 8 MiB */
	LEAST_FRAMES = 64,                    /* two batches */
	MEMORY = 256 * 1024 * 1024,           /* for all queues */
	OTHER_FRAMES = MEMORY / XE_XSK_FRAME, /* for all queues, as frames */
};

struct path {
	const struct path_context *context;
	struct xdp_link link;
	int sockets;  /* the program's map of them */
	__u32 count;  /* of the queues in use */
	__u32 wanted; /* all that there were; those beyond `count` cannot transmit */
	struct xsk_queue *queues[XE_MAX_SLOTS];
	struct xsk_workers *workers;
};

/* --- queues ---------------------------------------------------------------------------------- */

/* As many as can be had for the memory: a power of two. */
static __u32 frames_each(__u32 queues)
{
	__u32 frames = FRAMES;

	while (frames > LEAST_FRAMES && frames * queues > OTHER_FRAMES)
		frames /= 2;
	return frames;
}

static int check_count(const struct path *path, const struct nic_queues *queues,
		       struct xe_error *error)
{
	const char *name = path->context->nic->name;
	int cpus = libbpf_num_possible_cpus();

	if (cpus < 0 || cpus + queues->rx > XE_MAX_SLOTS)
		return xe_fail(error, E2BIG,
			       "%s: %u receive queues of %s and %d possible CPUs; counters have "
			       "room for %d",
			       path->link.words, queues->rx, name, cpus, XE_MAX_SLOTS);
	/* a reply leaves by the transmit queue of the same number */
	if (queues->tx < queues->rx)
		return xe_fail(error, EOPNOTSUPP,
			       "%s: %s has %u receive queues and %u transmit queues; make them as "
			       "many with: ethtool -L %s",
			       path->link.words, name, queues->rx, queues->tx, name);
	return 0;
}

/* Slots above those of the CPUs, which the XDP program uses for what it refuses. */
static struct xe_counters *counters_of(const struct path *path, __u32 queue)
{
	struct xe_state *state = path->context->store->state;
	__u32 slot = libbpf_num_possible_cpus() + queue;

	if (state->info.slots <= slot)
		state->info.slots = slot + 1;
	return &state->counters[XE_AFXDP][slot];
}

/*
 * Opens queues until there are `count`, and lets the program see them. Those that cannot
 * transmit are the last, and left out: the stack gets what arrives there.
 */
static int open_queues(struct path *path, __u32 count, struct xe_error *error)
{
	struct xsk_setup setup = {
		.nic = path->context->nic,
		.frames = frames_each(count),
		.may_zero = path->link.mode == XE_NATIVE,
		.busy_poll = path->context->store->state->request.busy_poll,
		.words = path->link.words,
	};

	path->wanted = count;
	for (; path->count < count; path->count++) {
		struct xsk_queue **queue = &path->queues[path->count];
		int fd, err;

		setup.queue = path->count;
		setup.counters = counters_of(path, path->count);
		err = xsk_queue_open(queue, &setup, error);
		if (err == -EOPNOTSUPP && path->count)
			break;
		if (err)
			return err;
		fd = xsk_queue_fd(*queue);
		if (bpf_map_update_elem(path->sockets, &path->count, &fd, BPF_ANY)) {
			err = errno;
			xsk_queue_close(*queue);
			return xe_fail(error, err,
				       "%s: cannot redirect to the socket of queue %u: %s",
				       path->link.words, path->count, strerror(err));
		}
	}
	return 0;
}

/* From here on the program passes up what arrives on queues from `first` on. */
static void hide_queues(struct path *path, __u32 first)
{
	for (__u32 queue = first; queue < path->count; queue++)
		bpf_map_delete_elem(path->sockets, &queue);
	wait_grace_period();
}

static void close_queues(struct path *path, __u32 first)
{
	while (path->count > first)
		xsk_queue_close(path->queues[--path->count]);
}

static int start_workers(struct path *path, struct xe_error *error)
{
	const struct xe_state *state = path->context->store->state;

	return xsk_workers_start(&path->workers, state, path->queues, path->count,
				 state->request.busy_poll, error);
}

static void stop_workers(struct path *path, bool drain)
{
	xsk_workers_stop(path->workers, drain);
	path->workers = NULL;
}

/* --- the path -------------------------------------------------------------------------------- */

static void describe(const struct path *path)
{
	struct xe_info *info = &path->context->store->state->info;
	bool busy_poll = path->context->store->state->request.busy_poll;
	__u32 zero_copy = 0;
	char how[64], of[64] = "";

	for (__u32 i = 0; i < path->count; i++)
		zero_copy += xsk_queue_zero_copy(path->queues[i]);
	if (zero_copy && zero_copy < path->count)
		snprintf(how, sizeof(how), "zero-copy on %u of them", zero_copy);
	else
		snprintf(how, sizeof(how), "%s", zero_copy ? "zero-copy" : "copy mode");
	if (path->count < path->wanted)
		snprintf(of, sizeof(of), " of %u (sockets answer on the rest)", path->wanted);
	snprintf(info->detail, sizeof(info->detail), "over %s XDP, %u queue%s%s, %s%s%s%s",
		 path->link.mode == XE_NATIVE ? "native" : "generic", path->count,
		 path->count == 1 ? "" : "s", of, how, busy_poll ? ", busy polling" : "",
		 path->link.dispatched ? ", " : "",
		 path->link.dispatched ? XDP_LINK_DISPATCHED : "");
}

static void release(struct path *path)
{
	if (path->count)
		hide_queues(path, 0);
	stop_workers(path, true);
	close_queues(path, 0);
	xdp_link_close(&path->link);
	if (path->sockets >= 0)
		close(path->sockets);
	free(path);
}

static int take_interface(struct path *path, struct xe_error *error)
{
	struct nic_queues queues = nic_queues(path->context->nic);
	int err = check_count(path, &queues, error);

	if (!err) {
		path->sockets = xdp_program_sockets(error);
		err = path->sockets < 0 ? path->sockets : 0;
	}
	if (!err)
		err = open_queues(path, queues.rx, error);
	if (!err)
		err = start_workers(path, error);
	return err ? err : xdp_link_attach(&path->link, XE_AFXDP, path->sockets, error);
}

static int start_over(const struct path_context *context, __u32 mode, const char *words,
		      struct path **out, struct xe_error *error)
{
	struct path *path = calloc(1, sizeof(*path));
	int err;

	if (!path)
		return xe_fail(error, ENOMEM, "out of memory");
	path->context = context;
	path->sockets = -1;
	err = xdp_link_open(&path->link, context, mode, words, error);
	if (!err)
		err = take_interface(path, error);
	if (err) {
		release(path);
		return err;
	}
	describe(path);
	*out = path;
	return 0;
}

static int start(const struct path_context *context, __u32 mode, struct path **out,
		 struct xe_error *error)
{
	struct xe_error native = {}, generic = {};

	(void)mode;
	if (start_over(context, XE_NATIVE, "afxdp over native XDP", out, &native) == 0)
		return 0;
	if (start_over(context, XE_GENERIC, "afxdp over generic XDP", out, &generic) == 0)
		return 0;
	/* of the same cause, once is enough */
	if (native.code == generic.code)
		return xe_fail(error, native.code, "%s", native.text);
	return xe_fail(error, generic.code, "%s; %s", native.text, generic.text);
}

/* The workers read the policy where it is. */
static int reload(struct path *path, struct xe_error *error)
{
	return xdp_link_follow(&path->link, error);
}

/*
 * `ethtool -L`: new queues get sockets. The kernel refuses to take away a queue that has
 * one, but not every driver asks it. Frames wait in their queues while no worker runs.
 */
static int follow_queues(struct path *path, struct xe_error *error)
{
	struct nic_queues queues = nic_queues(path->context->nic);
	int err;

	if (queues.rx == path->wanted)
		return 0;
	err = check_count(path, &queues, error);
	if (err)
		return err;
	if (queues.rx < path->count)
		hide_queues(path, queues.rx);
	stop_workers(path, false);
	close_queues(path, queues.rx);
	err = open_queues(path, queues.rx, error);
	if (!err)
		err = start_workers(path, error);
	describe(path);
	return err;
}

static int check(struct path *path, struct xe_error *error)
{
	int err = xdp_link_check(&path->link, error);

	return err ? err : follow_queues(path, error);
}

static void stop(struct path *path)
{
	xdp_link_remove(&path->link);
}

const struct path_ops path_afxdp_ops = {
	/* sockets for new queues, and memory for them that counts to no limit */
	.capabilities = PATH_XDP_CAPABILITIES | 1ULL << CAP_NET_RAW | 1ULL << CAP_IPC_LOCK,
	.start = start,
	.reload = reload,
	.check = check,
	.stop = stop,
	.release = release,
};
