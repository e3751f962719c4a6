/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * net.h - a network namespace without a name, which ends with the process, and
 * pairs of veth in it.
 */
#ifndef BENCH_NET_H
#define BENCH_NET_H

#include <bpf/libbpf.h>
#include <linux/if_link.h>
#include <linux/types.h>

#include "error.h"

/* Enters a new namespace; *home is what net_leave() needs to come back. */
int net_enter(int *home, struct xe_error *error);
void net_leave(int home);

struct bench_limit; /* the skeleton of limit.bpf.c */

/* The same with the limits' programs, which go when it is left. NULL is fine to leave with. */
int net_enter_with_limit(int *home, struct bench_limit **limit, struct xe_error *error);
void net_leave_with_limit(int home, struct bench_limit *limit);

/* Runs a shell's command line. */
__attribute__((format(printf, 2, 3))) int net_command(struct xe_error *error, const char *format,
						      ...);

void net_format_mac(char text[18], const __u8 mac[6]);

/* Attaches a program; `flags` are XDP_FLAGS_*_MODE. */
int net_attach(int ifindex, const struct bpf_program *program, __u32 flags, struct xe_error *error);

/* A pair NAME-client, NAME-server with the MACs of load.h, both up. */
int net_veth(const char *name, int *client, int *server, struct xe_error *error);

#endif
