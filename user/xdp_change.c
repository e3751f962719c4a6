// SPDX-License-Identifier: GPL-2.0-only
/* xdp_change.c - see xdp_change.h. */
#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "xdp_change.h"

enum { MAPS = 8 }; /* more than our program has */

void xdp_change_init(struct xdp_change *change)
{
	*change = (struct xdp_change){-1, -1, -1};
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void xdp_change_close(struct xdp_change *change)
{
	close_fd(&change->link);
	close_fd(&change->before);
	close_fd(&change->after);
}

static bool is_socket_map(int fd)
{
	struct bpf_map_info info = {};
	__u32 size = sizeof(info);

	return bpf_obj_get_info_by_fd(fd, &info, &size) == 0 && info.type == BPF_MAP_TYPE_XSKMAP;
}

/* The AF_XDP sockets belong to the agent; the program that is there knows their map. */
static int find_sockets(int program)
{
	__u32 ids[MAPS], size = sizeof(struct bpf_prog_info);
	struct bpf_prog_info info = {.map_ids = (__u64)(unsigned long)ids, .nr_map_ids = MAPS};

	if (bpf_obj_get_info_by_fd(program, &info, &size))
		return -errno;
	for (__u32 i = 0; i < info.nr_map_ids && i < MAPS; i++) {
		int map = bpf_map_get_fd_by_id(ids[i]);

		if (map >= 0 && is_socket_map(map))
			return map;
		if (map >= 0)
			close(map);
	}
	return -ENOENT;
}

static int load(struct xdp_change *change, const struct store *store, const struct xdp_rules *rules,
		struct xe_error *error)
{
	__u32 path = store->state->info.path;
	int sockets = NO_SOCKETS;

	if (path == XE_AFXDP) {
		sockets = find_sockets(change->before);
		if (sockets < 0)
			return xe_fail(error, -sockets, "%s: cannot find the AF_XDP sockets: %s",
				       store->interface, strerror(-sockets));
	}
	change->after = xdp_program_load(store, rules, path, sockets, error);
	close_fd(&sockets);
	return change->after < 0 ? change->after : 0;
}

int xdp_change_prepare(struct xdp_change *change, const struct store *store,
		       const struct xdp_rules *rules, struct xe_error *error)
{
	xdp_change_init(change);
	change->link = store_get(store, "link");
	change->before = store_get(store, "program");
	if (change->link == -ENOENT || change->before == -ENOENT) {
		xdp_change_close(change);
		return 0;
	}
	if (change->link < 0 || change->before < 0) {
		int err = change->link < 0 ? -change->link : -change->before;

		return xe_fail(error, err, "%s: cannot open the pinned program: %s",
			       store->interface, strerror(err));
	}
	return load(change, store, rules, error);
}

/* Expects the program that is to go, so that somebody else's would stay. */
static int swap(const struct xdp_change *change, const struct store *store, int old, int new,
		struct xe_error *error)
{
	LIBBPF_OPTS(bpf_link_update_opts, opts, .flags = BPF_F_REPLACE, .old_prog_fd = old);
	int err;

	if (change->link < 0)
		return 0;
	if (bpf_link_update(change->link, new, &opts))
		return xe_fail(error, errno, "%s: cannot replace the XDP program: %s",
			       store->interface, strerror(errno));
	err = store_pin(store, new, "program", error);
	if (err)
		bpf_link_update(change->link, old, NULL);
	return err;
}

int xdp_change_commit(const struct xdp_change *change, const struct store *store,
		      struct xe_error *error)
{
	return swap(change, store, change->before, change->after, error);
}

int xdp_change_undo(const struct xdp_change *change, const struct store *store,
		    struct xe_error *error)
{
	return swap(change, store, change->after, change->before, error);
}
