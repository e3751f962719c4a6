// SPDX-License-Identifier: GPL-2.0-only
/* xsk_worker.c - see xsk_worker.h. */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "thread.h"
#include "xsk_worker.h"

enum {
	DRAIN_TRIES = 200,
	DRAIN_PAUSE = 1000000, /* nanoseconds */
};

struct xsk_worker {
	pthread_t thread;
	const struct xsk_workers *all;
	struct pollfd *fds; /* the stop event, then one for each queue */
	struct xsk_queue **queues;
	__u32 count;
	struct table_copy table;
};

struct xsk_workers {
	const struct xe_state *state;
	int stop; /* eventfd */
	bool drain, busy_poll;
	__u32 total, running;
	struct xsk_worker workers[];
};

/* --- a worker's life ------------------------------------------------------------------------- */

static __u32 serve_all(struct xsk_worker *worker)
{
	const struct xe_state *state = worker->all->state;
	__u32 served = 0;

	table_follow(&state->live, &worker->table);
	for (__u32 i = 0; i < worker->count; i++)
		served += xsk_queue_serve(worker->queues[i], &state->policy, &worker->table.table);
	return served;
}

/* The shortest of the queues' patience, in milliseconds; -1 is the longest. */
static int choose_fds(struct xsk_worker *worker)
{
	int shortest = -1;

	for (__u32 i = 0; i < worker->count; i++) {
		int patience = xsk_queue_patience(worker->queues[i]);
		struct pollfd *fd = &worker->fds[i + 1];

		if (fd->revents & (POLLERR | POLLNVAL)) { /* its interface has gone */
			fd->fd = -1;
			fd->revents = 0;
			fd->events = 0;
		}
		if (fd->events)
			fd->fd = patience == XSK_UNSENT ? -1 : xsk_queue_fd(worker->queues[i]);
		if (patience >= 0 && (shortest < 0 || patience < shortest))
			shortest = patience;
	}
	return shortest;
}

static bool told_to_stop(struct xsk_worker *worker, __u32 served)
{
	int patience = choose_fds(worker);

	if (served || worker->all->busy_poll)
		patience = 0;
	return poll(worker->fds, worker->count + 1, patience) > 0 && worker->fds[0].revents;
}

static bool all_idle(const struct xsk_worker *worker)
{
	bool idle = true;

	for (__u32 i = 0; i < worker->count; i++)
		idle = xsk_queue_idle(worker->queues[i]) && idle;
	return idle;
}

/* What is in flight is answered, and given the time to leave; not for ever. */
static void drain(struct xsk_worker *worker)
{
	const struct timespec pause = {.tv_nsec = DRAIN_PAUSE};

	for (int tries = DRAIN_TRIES; tries > 0; tries--) {
		while (serve_all(worker))
			;
		if (all_idle(worker))
			return;
		nanosleep(&pause, NULL);
	}
}

static void *work(void *argument)
{
	struct xsk_worker *worker = argument;
	__u32 served = 0;

	while (!told_to_stop(worker, served))
		served = serve_all(worker);
	if (worker->all->drain)
		drain(worker);
	return NULL;
}

/* --- all of them ----------------------------------------------------------------------------- */

static __u32 usable_cpus(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set))
		return 1;
	return CPU_COUNT(&set);
}

static int start_one(struct xsk_workers *workers, __u32 number, struct xsk_queue *const *queues,
		     __u32 count)
{
	struct xsk_worker *worker = &workers->workers[number];
	__u32 total = workers->total;

	worker->all = workers;
	worker->fds = calloc(count / total + 2, sizeof(*worker->fds));
	worker->queues = calloc(count / total + 1, sizeof(struct xsk_queue *));
	if (!worker->fds || !worker->queues)
		return -ENOMEM;
	worker->fds[0] = (struct pollfd){.fd = workers->stop, .events = POLLIN};
	for (__u32 i = number; i < count; i += total) {
		worker->queues[worker->count++] = queues[i];
		worker->fds[worker->count].events = POLLIN;
	}
	return thread_start(&worker->thread, "xsk", work, worker);
}

static void free_all(struct xsk_workers *workers)
{
	for (__u32 i = 0; i < workers->total; i++) {
		free(workers->workers[i].fds);
		free(workers->workers[i].queues);
	}
	if (workers->stop >= 0)
		close(workers->stop);
	free(workers);
}

int xsk_workers_start(struct xsk_workers **out, const struct xe_state *state,
		      struct xsk_queue *const *queues, __u32 count, bool busy_poll,
		      struct xe_error *error)
{
	__u32 cpus = usable_cpus(), total = count < cpus ? count : cpus;
	struct xsk_workers *workers =
		calloc(1, sizeof(*workers) + total * sizeof(struct xsk_worker));
	int err = 0;

	if (!workers)
		return xe_fail(error, ENOMEM, "out of memory");
	workers->state = state;
	workers->busy_poll = busy_poll;
	workers->total = total;
	workers->stop = eventfd(0, EFD_CLOEXEC);
	if (workers->stop < 0)
		err = -errno;
	while (!err && workers->running < total) {
		err = start_one(workers, workers->running, queues, count);
		workers->running += !err;
	}
	if (!err) {
		*out = workers;
		return 0;
	}
	xsk_workers_stop(workers, false);
	return xe_fail(error, -err, "cannot start threads for AF_XDP: %s", strerror(-err));
}

void xsk_workers_stop(struct xsk_workers *workers, bool drain_first)
{
	const __u64 one = 1;

	if (!workers)
		return;
	workers->drain = drain_first;
	if (workers->stop >= 0 && write(workers->stop, &one, sizeof(one)) < 0)
		return; /* cannot be: an eventfd takes it */
	for (__u32 i = 0; i < workers->running; i++)
		pthread_join(workers->workers[i].thread, NULL);
	free_all(workers);
}
