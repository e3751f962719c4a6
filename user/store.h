/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * store.h - where an attachment is kept, and the only module that knows.
 *
 *   /sys/fs/bpf/xdp-echo/[netns:NAME/]IFACE/   state, program, link, prefixes: the pins
 *   /run/xdp-echo/[netns:NAME/]IFACE/          agent: the lock that a live agent holds;
 *                                              state, prefixes: only where there
 *                                              is no BPF
 *
 * Names are percent-encoded: bpffs refuses dots. Directories are 0700 and
 * root's. An attachment exists if its state does.
 */
#ifndef XE_STORE_H
#define XE_STORE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "abi.h"
#include "error.h"

/* Prefix lists, mapped for reading; they never change. Other lists are other memory. */
struct store_lists {
	const struct xe_prefixes *lists; /* NULL: none are given */
	size_t size;
	int fd; /* of the BPF map; -1 where the state is a file */
};

struct store {
	char netns[XE_TEXT_MAX];
	char interface[XE_NAME_MAX];
	char pins[PATH_MAX]; /* directory under bpffs, "" where there is none */
	char run[PATH_MAX];  /* directory under /run */
	int state_fd;        /* a BPF map, or a file; -1 while closed */
	bool state_is_map;
	struct xe_state *state;
	struct store_lists lists; /* those in force */
};

/* A description that owns nothing yet; store_close is safe on it. */
void store_init(struct store *store);
void store_close(struct store *store);

/*
 * Fills in the paths for an interface of the namespace called `netns` ("" is
 * the initial one). With `mount_bpffs`, mounts bpffs if need be and reports it.
 */
int store_locate(struct store *store, const char *netns, const char *interface, bool mount_bpffs,
		 bool *mounted, struct xe_error *error);

/* Maps an existing state. -ENOENT: not attached. -EPROTO: of another ABI version. */
int store_open(struct store *store, bool writable, struct xe_error *error);

/* Is there a state, be it of another version or broken? For a store that is not open. */
bool store_exists(struct store *store);

/*
 * Makes a new, zeroed state with its directories: a BPF map, or, if the kernel
 * refuses one, a file; `why_file` then says why. Replaces what is there.
 */
int store_create(struct store *store, char *why_file, size_t size, struct xe_error *error);

/*
 * For an agent whose interface is on `path`, with so many workers on the socket
 * path: unmaps the counters that the kernel alone uses. A
 * mapped BPF map counts as resident memory, touched or not. Whoever reads these
 * again crashes, so call it again with another path before that one begins.
 */
int store_trim(struct store *store, __u32 path, __u32 workers, struct xe_error *error);

/* Turns a state that is a file into a BPF map of the same contents. */
int store_promote(struct store *store, struct xe_error *error);

/* Removes state, pins and directories. Done as far as it can be. */
int store_remove(struct store *store, struct xe_error *error);

/* Moves it to the interface's new name; mapping, locks and pins stay what they are. */
int store_rename(struct store *store, const char *interface, struct xe_error *error);

/* Pins of BPF objects in the attachment's directory. */
int store_pin(const struct store *store, int fd, const char *name, struct xe_error *error);
int store_get(const struct store *store, const char *name); /* a descriptor, or -errno */
void store_unpin(const struct store *store, const char *name);

void store_lists_init(struct store_lists *lists);
void store_lists_close(struct store_lists *lists);

/* The lists in force; that there are none is no error. */
int store_lists_open(const struct store *store, struct store_lists *lists, struct xe_error *error);

/* New lists with the contents of `built` (NULL: none), which nobody can find yet. */
int store_lists_make(const struct store *store, const struct xe_prefixes *built,
		     struct store_lists *lists, struct xe_error *error);

/*
 * Puts them where others find them, in place of those that were there. If the
 * state has become a map since they were made, so do they, at another address.
 */
int store_lists_publish(const struct store *store, struct store_lists *lists,
			struct xe_error *error);

/* The agent's lock. Taking it waits up to `seconds` for another holder: -EBUSY. */
int store_lock_agent(const struct store *store, int seconds, struct xe_error *error);
pid_t store_agent(const struct store *store); /* pid of the live agent, or 0 */

/*
 * Serialises commands that change attachments, over the whole host. Leaves no
 * file behind: what is locked is the directory in /run.
 */
int store_lock(struct xe_error *error);
void store_unlock(int lock);

/*
 * Every attachment of every namespace, or of one if `netns` is not NULL, in
 * order of name. *list is malloc'ed; its stores are located, not opened.
 */
int store_list(const char *netns, struct store **list, size_t *count, struct xe_error *error);

#endif
