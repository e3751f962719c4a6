// SPDX-License-Identifier: GPL-2.0-only
/* path_xdp.c - see path_xdp.h. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bpf_log.h"
#include "names.h"
#include "path_xdp.h"
#include "xdp_program.h"

struct path {
	const struct path_context *context;
	__u32 path; /* XE_NATIVE or XE_GENERIC */
	int program, link;
};

/* What an earlier attach of this interface left behind; -1 where there is nothing. */
struct old {
	int program, link;
	__u32 id;   /* of the program */
	__u32 path; /* XE_NATIVE or XE_GENERIC */
};

static __u32 mode_flags(__u32 path)
{
	return path == XE_GENERIC ? XDP_FLAGS_SKB_MODE : XDP_FLAGS_DRV_MODE;
}

/* --- links ----------------------------------------------------------------------------------- */

/* The interface and program of a link; false if it is none, or its interface has gone. */
static bool link_target(int link, __u32 *ifindex, __u32 *program)
{
	struct bpf_link_info info = {};
	__u32 size = sizeof(info);

	if (link < 0 || bpf_obj_get_info_by_fd(link, &info, &size) ||
	    info.type != BPF_LINK_TYPE_XDP)
		return false;
	*ifindex = info.xdp.ifindex;
	*program = info.prog_id;
	return info.xdp.ifindex != 0;
}

/*
 * The bpf_link system call gives an errno alone; the same request over netlink
 * gives the driver's own words. Should that one succeed, it is taken back.
 */
static void ask_for_words(int program, __u32 ifindex, __u32 flags)
{
	flags |= XDP_FLAGS_UPDATE_IF_NOEXIST;
	bpf_log_clear();
	if (bpf_xdp_attach(ifindex, program, flags, NULL) == 0)
		bpf_xdp_detach(ifindex, flags & ~XDP_FLAGS_UPDATE_IF_NOEXIST, NULL);
}

static int attach_failed(const struct path *path, int err, struct xe_error *error)
{
	const struct nic *nic = path->context->nic;
	const char *words;

	ask_for_words(path->program, nic->ifindex, mode_flags(path->path));
	words = bpf_log_words();
	return xe_fail(error, err, "%s: %s%s%s", path_name(path->path), strerror(err),
		       words[0] ? ": " : "", words);
}

static int create_link(struct path *path, struct xe_error *error)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = mode_flags(path->path));

	path->link = bpf_link_create(path->program, path->context->nic->ifindex, BPF_XDP, &opts);
	return path->link < 0 ? attach_failed(path, errno, error) : 0;
}

/* A program that is not behind our link belongs to somebody else, and stays. */
static int refuse_foreign(const struct path *path, __u32 ours, struct xe_error *error)
{
	const struct nic_xdp *xdp = &path->context->nic->xdp;
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info), id;
	int fd;

	id = xdp->native_id ? xdp->native_id : xdp->generic_id;
	if (!id)
		id = xdp->offload_id;
	if (!id || id == ours)
		return 0;
	fd = bpf_prog_get_fd_by_id(id);
	if (fd >= 0) {
		bpf_obj_get_info_by_fd(fd, &info, &size);
		close(fd);
	}
	return xe_fail(error, EBUSY,
		       "%s: XDP program \"%s\" (id %u) is attached already, and is not ours; "
		       "remove it with: ip link set dev %s xdp off",
		       path_name(path->path), info.name, id, path->context->nic->name);
}

/* --- the path -------------------------------------------------------------------------------- */

static void close_fd(int fd)
{
	if (fd >= 0)
		close(fd);
}

static void release(struct path *path)
{
	if (!path)
		return;
	close_fd(path->link);
	close_fd(path->program);
	free(path);
}

static struct old find_old(const struct path_context *context)
{
	struct old old = {.program = -1, .link = store_get(context->store, "link")};
	__u32 ifindex;

	if (!link_target(old.link, &ifindex, &old.id) || ifindex != context->nic->ifindex) {
		close_fd(old.link);
		return (struct old){.program = -1, .link = -1};
	}
	old.program = store_get(context->store, "program");
	old.path = old.id == context->nic->xdp.generic_id ? XE_GENERIC : XE_NATIVE;
	return old;
}

/* Same mode: the kernel swaps the program between two packets. */
static int replace_program(struct path *path, const struct old *old, struct xe_error *error)
{
	if (bpf_link_update(old->link, path->program, NULL))
		return attach_failed(path, errno, error);
	path->link = dup(old->link);
	return 0;
}

static void put_back(const struct path *path, const struct old *old)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = mode_flags(old->path));
	const struct path_context *context = path->context;
	struct xe_error ignored = {};
	int link = bpf_link_create(old->program, context->nic->ifindex, BPF_XDP, &opts);

	if (link < 0)
		return; /* somebody was quicker; the agent's next check will say so */
	store_pin(context->store, link, "link", &ignored);
	close(link);
}

/* Another mode: the old program has to leave first; the socket path answers meanwhile. */
static int replace_link(struct path *path, const struct old *old, struct xe_error *error)
{
	int err;

	if (old->link >= 0)
		bpf_link_detach(old->link);
	err = create_link(path, error);
	if (err && old->link >= 0)
		put_back(path, old);
	return err;
}

static int pin(struct path *path, struct xe_error *error)
{
	const struct store *store = path->context->store;
	int err = store_pin(store, path->program, "program", error);

	return err ? err : store_pin(store, path->link, "link", error);
}

static void stop(struct path *path)
{
	bpf_link_detach(path->link);
	store_unpin(path->context->store, "link");
	store_unpin(path->context->store, "program");
}

static int take_interface(struct path *path, const struct old *old, struct xe_error *error)
{
	const struct nic *nic = path->context->nic;
	int err;

	if (!nic->has_mac)
		return xe_fail(
			error, EOPNOTSUPP,
			"%s: %s is not an Ethernet interface; only --mode socket can serve it",
			path_name(path->path), nic->name);
	err = refuse_foreign(path, old->id, error);
	if (err)
		return err;
	path->program = xdp_program_load(path->context->store, path->path, error);
	if (path->program < 0)
		return path->program;
	if (old->link >= 0 && old->path == path->path)
		err = replace_program(path, old, error);
	else
		err = replace_link(path, old, error);
	return err;
}

static int start(const struct path_context *context, __u32 mode, struct path **out,
		 struct xe_error *error)
{
	struct path *path = malloc(sizeof(*path));
	struct old old;
	int err;

	if (!path)
		return xe_fail(error, ENOMEM, "out of memory");
	*path = (struct path){context, mode, -1, -1};
	old = find_old(context);
	err = take_interface(path, &old, error);
	if (!err) {
		err = pin(path, error);
		if (err)
			stop(path);
	}
	close_fd(old.link);
	close_fd(old.program);
	if (err)
		release(path);
	else
		*out = path;
	return err;
}

/* A new program with the new policy, swapped in between two packets. */
static int reload(struct path *path, struct xe_error *error)
{
	int program = xdp_program_load(path->context->store, path->path, error);

	if (program < 0)
		return program;
	if (bpf_link_update(path->link, program, NULL)) {
		int err = xe_fail(error, errno, "%s: cannot replace the XDP program: %s",
				  path->context->nic->name, strerror(errno));
		close(program);
		return err;
	}
	close(path->program);
	path->program = program;
	return store_pin(path->context->store, program, "program", error);
}

static int check(struct path *path, struct xe_error *error)
{
	__u32 ifindex, program;

	if (link_target(path->link, &ifindex, &program) && ifindex == path->context->nic->ifindex)
		return 0;
	return xe_fail(error, ENOENT, "%s: the XDP program was taken off the interface",
		       path->context->nic->name);
}

const struct path_ops path_xdp_ops = {
	.start = start,
	.reload = reload,
	.check = check,
	.stop = stop,
	.release = release,
};

int path_xdp_detach(const struct store *store, struct xe_error *error)
{
	int link = store_get(store, "link"), err = 0;

	if (link == -ENOENT)
		return 0;
	if (link < 0)
		return xe_fail(error, -link, "%s: cannot open the pinned link: %s",
			       store->interface, strerror(-link));
	/* -ENOLINK: its interface has gone */
	if (bpf_link_detach(link) && errno != ENOLINK && errno != EINVAL)
		err = xe_fail(error, errno, "%s: cannot detach the XDP program: %s",
			      store->interface, strerror(errno));
	close(link);
	store_unpin(store, "link");
	store_unpin(store, "program");
	return err;
}
