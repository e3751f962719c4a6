/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * socket_batch.h - pings out of a UDP socket, replies into it, several a system call.
 */
#ifndef XE_SOCKET_BATCH_H
#define XE_SOCKET_BATCH_H

#include <stdbool.h>

#include "addresses.h"
#include "rules.h"
#include "socket_open.h"

/* One socket of one worker. */
struct served_socket {
	struct socket_place place;
	int fd;
	__u32 worker;    /* its index */
	__u32 overflows; /* as last seen, see struct socket_arrival */
	bool sets_df;    /* IPv4: what it sends must not be fragmented */
	bool is_unwanted;
};

/* Buffers; two megabytes of address space, of which small pings touch a page each. */
struct socket_batch;

struct socket_batch *socket_batch_new(void); /* NULL: no memory */
void socket_batch_free(struct socket_batch *batch);

/* Have large messages touched more of it than small ones do? Then it can be given back. */
bool socket_batch_has_grown(const struct socket_batch *batch);
void socket_batch_shrink(struct socket_batch *batch);

/*
 * Takes what waits in a socket, up to a batch, and answers what the rules let
 * through; `more` is what is served beside the table, or NULL. Counts everything;
 * others may count into `counters` at the same time. False if nothing waited.
 */
bool socket_batch_answer(struct socket_batch *batch, struct served_socket *served,
			 const struct xe_env *env, const struct address_list *more,
			 struct xe_counters *counters);

#endif
