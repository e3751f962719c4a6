/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * server.h - contenders that are processes: each in a network namespace of its own, at the
 * other end of a veth.
 */
#ifndef BENCH_SERVER_H
#define BENCH_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "error.h"

enum server_kind {
	SERVER_NONE, /* the namespace alone */
	SERVER_SWAP, /* a bare MAC swap, native XDP */
	SERVER_DROP, /* drops all, native XDP: what a request costs without a server */
	SERVER_NATIVE,
	SERVER_AFXDP,
	SERVER_AFXDP_BUSY, /* AF_XDP that spins: stopped while it is not measured */
	SERVER_SOCKET,
	SERVER_RECVFROM,
	SERVER_SOCKPERF,
	SERVER_XINETD,
	SERVER_SOCAT,
	SERVER_KINDS,
};

struct server {
	enum server_kind kind;
	pid_t pid;  /* 0: none */
	int client; /* ifindex of our end */
};

const char *server_name(enum server_kind kind);
/* What a user would pick instead of the product. */
bool server_is_rival(enum server_kind kind);
bool server_spins(enum server_kind kind);
/* Serves one client at a time: it can take one flow, and no IPv6. */
bool server_takes_one_flow(enum server_kind kind);
bool server_takes_ipv6(enum server_kind kind);
/* How many requests it can have waiting without losing any. */
unsigned int server_window(enum server_kind kind);

/* Where the build put the command. */
void server_directory(char *path, size_t size);

/*
 * Starts it on a CPU, or -1 for all. `program` is the limit's XDP program, for the limits. With
 * `urgent` it takes that CPU whenever it has something to do, unless it spins.
 */
int server_start(struct server *server, enum server_kind kind, int cpu, bool urgent, int program,
		 struct xe_error *error);
/* CPU time that all its threads have used, seconds. */
double server_cpu_time(const struct server *server);
/* Resident memory, MiB. */
double server_memory(const struct server *server);
/* One that spins takes its CPU from all others that are on it: these two stop it and go on. */
void server_pause(const struct server *server);
void server_resume(const struct server *server);
void server_stop(struct server *server);

/* The plain loop: recvfrom(2), sendto(2). Ends with its parent, or with a negative errno. */
int server_loop(void);

#endif
