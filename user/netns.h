/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * netns.h - network namespaces by name, as ip-netns(8) keeps them in /run/netns.
 */
#ifndef XE_NETNS_H
#define XE_NETNS_H

#include <stddef.h>

#include "error.h"

/* Enters the network namespace NAME, and no other kind of namespace, so that
 * bpffs stays in sight. */
int netns_enter(const char *name, struct xe_error *error);

/*
 * The name of the namespace that the caller is in: "" for the initial one, the
 * name under /run/netns, or "inode:NUMBER" for one without a name.
 */
int netns_identify(char *name, size_t size, struct xe_error *error);

/*
 * An inotify descriptor that becomes readable when NAME is deleted: a process
 * that lives in a namespace keeps it alive, and has to leave by itself.
 * -ENOENT for names that are not under /run/netns.
 */
int netns_watch(const char *name, struct xe_error *error);

#endif
