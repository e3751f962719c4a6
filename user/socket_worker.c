// SPDX-License-Identifier: GPL-2.0-only
/* socket_worker.c - see socket_worker.h. */
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "clock.h"
#include "socket_worker.h"
#include "thread.h"

enum {
	EVENTS = 32,
	IDLE_MILLISECONDS = 1000,
};

void socket_worker_init(struct socket_worker *worker, __u32 index)
{
	*worker = (struct socket_worker){.index = index, .epoll = -1, .wake = -1};
}

static int watch(struct socket_worker *worker, int fd, void *what)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = what};

	return epoll_ctl(worker->epoll, EPOLL_CTL_ADD, fd, &event) ? -errno : 0;
}

int socket_worker_open(struct socket_worker *worker, struct xe_error *error)
{
	int err;

	worker->table = calloc(1, sizeof(*worker->table));
	worker->batch = socket_batch_new();
	if (!worker->table || !worker->batch)
		return xe_fail(error, ENOMEM, "out of memory");
	sem_init(&worker->done, 0, 0);
	worker->epoll = epoll_create1(EPOLL_CLOEXEC);
	worker->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (worker->epoll < 0 || worker->wake < 0)
		return xe_fail(error, errno, "cannot make a worker: %s", strerror(errno));
	err = watch(worker, worker->wake, NULL);
	return err ? xe_fail(error, -err, "epoll: %s", strerror(-err)) : 0;
}

void socket_worker_close(struct socket_worker *worker)
{
	if (worker->epoll >= 0)
		close(worker->epoll);
	if (worker->wake >= 0)
		close(worker->wake);
	socket_batch_free(worker->batch);
	free(worker->table);
	socket_worker_init(worker, worker->index);
}

int socket_worker_add(struct socket_worker *worker, struct served_socket *served,
		      struct xe_error *error)
{
	int err = watch(worker, served->fd, served);

	return err ? xe_fail(error, -err, "epoll: %s", strerror(-err)) : 0;
}

/* --- the thread ------------------------------------------------------------------------------ */

static struct xe_env environment(struct socket_worker *worker)
{
	table_follow(&worker->state->live, worker->table);
	return (struct xe_env){
		.policy = &worker->rules->policy,
		.table = &worker->table->table,
		.buckets = worker->state->buckets,
		.total_bucket = worker->state->total_bucket,
		.credits = &worker->credit,
		.prefixes = worker->rules->lists,
		.now = clock_now(worker->state),
	};
}

static bool answer(struct socket_worker *worker, struct served_socket *served)
{
	struct xe_env env = environment(worker);

	return socket_batch_answer(worker->batch, served, &env, worker->more, worker->counters);
}

void socket_worker_finish(struct socket_worker *worker, struct served_socket *served)
{
	while (worker->is_running && answer(worker, served))
		;
	close(served->fd); /* leaves the epoll set, too */
	served->fd = -1;
}

static void do_task(struct socket_worker *worker)
{
	eventfd_t count;

	eventfd_read(worker->wake, &count);
	worker->task(worker, worker->argument);
	sem_post(&worker->done);
}

/* Waits for pings; after a while without any, with no more memory than small ones need. */
static int wait_for_events(struct socket_worker *worker, struct epoll_event *events)
{
	bool has_grown = socket_batch_has_grown(worker->batch);
	int count = epoll_wait(worker->epoll, events, EVENTS, has_grown ? IDLE_MILLISECONDS : -1);

	if (count == 0)
		socket_batch_shrink(worker->batch);
	return count;
}

static void *run(void *argument)
{
	struct socket_worker *worker = argument;
	struct epoll_event events[EVENTS];

	while (!worker->is_ending) {
		int count = wait_for_events(worker, events);
		bool has_task = false;

		for (int i = 0; i < count; i++) {
			if (events[i].data.ptr)
				answer(worker, events[i].data.ptr);
			else
				has_task = true;
		}
		if (has_task) /* last: it may free sockets that stand in `events` */
			do_task(worker);
	}
	return NULL;
}

int socket_worker_start(struct socket_worker *worker, struct xe_error *error)
{
	int err;

	/* before the thread is there, as it could not tell that it is on its own */
	worker->is_running = true;
	err = thread_start(&worker->thread, "socket", run, worker);
	if (!err)
		return 0;
	worker->is_running = false;
	return xe_fail(error, -err, "cannot start a worker: %s", strerror(-err));
}

void socket_worker_do(struct socket_worker *worker, socket_worker_task *task, void *argument)
{
	if (!worker->is_running) {
		task(worker, argument);
		return;
	}
	worker->task = task;
	worker->argument = argument;
	eventfd_write(worker->wake, 1);
	while (sem_wait(&worker->done) && errno == EINTR)
		;
}

static void end(struct socket_worker *worker, void *argument)
{
	(void)argument;
	worker->is_ending = true;
}

void socket_worker_stop(struct socket_worker *worker)
{
	if (!worker->is_running)
		return;
	socket_worker_do(worker, end, NULL);
	pthread_join(worker->thread, NULL);
	worker->is_running = false;
}
