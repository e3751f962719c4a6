/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * netns.h - network namespaces by name, as ip-netns(8) keeps them in /run/netns.
 */
#ifndef XE_NETNS_H
#define XE_NETNS_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"

/* Enters the network namespace NAME with the calling thread, and no other kind
 * of namespace, so that bpffs stays in sight. */
int netns_enter(const char *name, struct xe_error *error);

/* To come back from there: the namespace that the calling thread is in, as a descriptor. */
int netns_open(struct xe_error *error);

/* Comes back, and closes it. */
int netns_return(int home, struct xe_error *error);

/*
 * The name of the namespace that the calling thread is in: "" for the initial
 * one, that of process 1; the name under /run/netns; or "inode:NUMBER" for one
 * without a name.
 */
int netns_identify(char *name, size_t size, struct xe_error *error);

/*
 * A process that lives in a namespace keeps it alive, and has to leave by
 * itself once its name is deleted. This is an inotify descriptor that becomes
 * readable when some name is; netns_is_gone then tells whether it was NAME.
 * -ENOENT for names that are not under /run/netns.
 */
int netns_watch(const char *name, struct xe_error *error);

/* Empties the watch. True if NAME is no longer that of the calling thread's namespace. */
bool netns_is_gone(int watch, const char *name);

#endif
