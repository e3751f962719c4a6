// SPDX-License-Identifier: GPL-2.0-only
/* xdp_change.c - see xdp_change.h. */
#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "fd.h"
#include "xdp_change.h"
#include "xdp_dispatcher.h"
#include "xdp_link.h"

enum { MAPS = 8 }; /* more than our program has */

void xdp_change_init(struct xdp_change *change)
{
	*change = (struct xdp_change){
		.link = -1,
		.before = -1,
		.after = -1,
		.sockets = NO_SOCKETS,
	};
}

void xdp_change_close(struct xdp_change *change)
{
	fd_close(&change->link);
	fd_close(&change->before);
	fd_close(&change->after);
	fd_close(&change->sockets);
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

/* In a dispatcher it is loaded for its place there, so only once it is to join; here just to see.
 */
static int load(struct xdp_change *change, const struct store *store, const struct xdp_rules *rules,
		struct xe_error *error)
{
	__u32 path = store->state->info.path;

	if (path == XE_AFXDP) {
		change->sockets = find_sockets(change->before);
		if (change->sockets < 0)
			return xe_fail(error, -change->sockets,
				       "%s: cannot find the AF_XDP sockets: %s", store->interface,
				       strerror(-change->sockets));
	}
	change->after = xdp_program_load(store, rules, path, change->sockets, error);
	if (change->after < 0)
		return change->after;
	if (change->dispatched)
		fd_close(&change->after);
	return 0;
}

/* Without a link the program is in a dispatcher, or was taken off. */
static int find_dispatcher(struct xdp_change *change, const struct store *store,
			   struct xe_error *error)
{
	int err = nic_find_index(store->state->info.ifindex, &change->nic, error);

	if (err)
		return err;
	change->mode = xdp_link_mode(&change->nic);
	change->dispatched = xdp_dispatcher_holds(&change->nic, xdp_program_id(change->before));
	if (!change->dispatched)
		fd_close(&change->before);
	return 0;
}

int xdp_change_prepare(struct xdp_change *change, const struct store *store,
		       const struct xdp_rules *rules, struct xe_error *error)
{
	int err = 0;

	xdp_change_init(change);
	change->rules = *rules;
	change->before = store_get(store, "program");
	if (change->before == -ENOENT)
		return 0;
	change->link = store_get(store, "link");
	if (change->before < 0 || (change->link < 0 && change->link != -ENOENT)) {
		err = change->before < 0 ? -change->before : -change->link;
		return xe_fail(error, err, "%s: cannot open the pinned program: %s",
			       store->interface, strerror(err));
	}
	if (change->link < 0)
		err = find_dispatcher(change, store, error);
	return err || change->before < 0 ? err : load(change, store, rules, error);
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

/* The new one joins before the old one leaves. */
static int swap_beside(struct xdp_change *change, const struct store *store, struct xe_error *error)
{
	const struct dispatcher dispatcher = {&change->nic, change->mode, store->interface};
	struct xe_error ignored = {};
	int err;

	change->after = xdp_dispatcher_load(&dispatcher, store, &change->rules,
					    store->state->info.path, change->sockets, error);
	if (change->after < 0)
		return change->after;
	/* pinned first: the agent looks whether the pinned one is there */
	err = store_pin(store, change->after, "program", error);
	if (!err)
		err = xdp_dispatcher_remove(&change->nic, xdp_program_id(change->before), error);
	if (err) {
		store_pin(store, change->before, "program", &ignored);
		xdp_dispatcher_remove(&change->nic, xdp_program_id(change->after), &ignored);
	}
	return err;
}

int xdp_change_commit(struct xdp_change *change, const struct store *store, struct xe_error *error)
{
	if (change->dispatched)
		return swap_beside(change, store, error);
	return swap(change, store, change->before, change->after, error);
}

int xdp_change_undo(const struct xdp_change *change, const struct store *store,
		    struct xe_error *error)
{
	const struct dispatcher dispatcher = {&change->nic, change->mode, store->interface};
	int err;

	if (!change->dispatched)
		return swap(change, store, change->after, change->before, error);
	err = xdp_dispatcher_put_back(&dispatcher, change->before, error);
	if (!err)
		err = store_pin(store, change->before, "program", error);
	if (!err)
		err = xdp_dispatcher_remove(&change->nic, xdp_program_id(change->after), error);
	return err;
}
