/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * agent_loop.h - what an agent does for the rest of its life. For agent.c alone.
 */
#ifndef XE_AGENT_LOOP_H
#define XE_AGENT_LOOP_H

#include <time.h>

#include "path.h"
#include "policy.h"
#include "sockets.h"

struct agent {
	struct nic nic;
	struct store store;
	struct path_context context;
	const struct path_ops *ops;
	struct path *path;
	struct sockets *sockets;          /* beneath the path */
	char path_trouble[XE_TEXT_MAX];   /* why it is not the path asked for, or "" */
	char device_trouble[XE_TEXT_MAX]; /* why a VLAN device has no sockets, or "" */
	__u32 attached_path;              /* that attach found best, enum xe_path */
	time_t looked_up;                 /* when a better path was tried last */
	bool has_changed;                 /* the interface, since then */
	int lock;                         /* held: this is the interface's agent */
	int watch;                        /* netlink */
	int netns_watch;                  /* inotify; -1 in the initial namespace */
	int signals;                      /* signalfd */
};

/* Answers for the addresses that there are by now. How many only the sockets can is in *beyond. */
int agent_follow_addresses(struct agent *agent, size_t *beyond, struct xe_error *error);

/* Opens what the loop listens to. */
int agent_loop_open(struct agent *agent, struct xe_error *error);

/* Returns when told to end, or when the interface or its namespace has gone; then
 * nothing of the attachment is left. */
void agent_loop(struct agent *agent);

void agent_loop_close(struct agent *agent);

#endif
