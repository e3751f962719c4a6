/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * socket_worker.h - a thread that answers what its sockets receive.
 */
#ifndef XE_SOCKET_WORKER_H
#define XE_SOCKET_WORKER_H

#include <pthread.h>
#include <semaphore.h>

#include "socket_batch.h"
#include "table.h"

struct socket_worker;

/* What pings are judged by. */
struct socket_rules {
	struct xe_policy policy;
	const struct xe_prefixes *lists;
};

/* Something that a worker does between two batches, when nothing of it is in use. */
typedef void socket_worker_task(struct socket_worker *worker, void *argument);

struct socket_worker {
	__u32 index;
	int epoll, wake; /* wake: eventfd */
	pthread_t thread;
	bool is_running, is_ending;
	sem_t done; /* the task */
	socket_worker_task *task;
	void *argument;
	const struct socket_rules *rules;
	const struct address_list *more; /* served, whatever the table holds; or NULL */
	struct xe_state *state;          /* its addresses, and the buckets of all paths */
	struct xe_counters *counters;
	struct xe_credit credit;
	struct table_copy *table;
	struct socket_batch *batch;
};

/* A worker that owns nothing yet; socket_worker_close is safe on it. */
void socket_worker_init(struct socket_worker *worker, __u32 index);
int socket_worker_open(struct socket_worker *worker, struct xe_error *error);
void socket_worker_close(struct socket_worker *worker);

/* From now on the worker reads this socket. `served` stays where it is until it was removed. */
int socket_worker_add(struct socket_worker *worker, struct served_socket *served,
		      struct xe_error *error);

/* Starts the thread. It blocks every signal, and gives up every capability. */
int socket_worker_start(struct socket_worker *worker, struct xe_error *error);

/* Has the worker do it, and waits until it has. Without a thread the caller does it. */
void socket_worker_do(struct socket_worker *worker, socket_worker_task *task, void *argument);

/* For tasks: answers all that waits in a socket, and closes it. */
void socket_worker_finish(struct socket_worker *worker, struct served_socket *served);

/* Ends the thread. */
void socket_worker_stop(struct socket_worker *worker);

#endif
