// SPDX-License-Identifier: GPL-2.0-only
/* path_xdp.c - see path_xdp.h. */
#include <errno.h>
#include <stdlib.h>

#include "names.h"
#include "path_xdp.h"
#include "xdp_link.h"
#include "xdp_program.h"

struct path {
	__u32 path; /* XE_NATIVE or XE_GENERIC */
	struct xdp_link link;
};

static int load_and_attach(struct path *path, struct xe_error *error)
{
	const struct store *store = path->link.context->store;
	const struct xdp_rules rules = xdp_rules_of(store);
	int program = xdp_program_load(store, &rules, path->path, NO_SOCKETS, error);

	return program < 0 ? program : xdp_link_attach(&path->link, program, error);
}

static void release(struct path *path)
{
	xdp_link_close(&path->link);
	free(path);
}

static int start(const struct path_context *context, __u32 mode, struct path **out,
		 struct xe_error *error)
{
	struct path *path = malloc(sizeof(*path));
	int err;

	if (!path)
		return xe_fail(error, ENOMEM, "out of memory");
	path->path = mode;
	err = xdp_link_open(&path->link, context, mode, path_name(mode), error);
	if (!err)
		err = load_and_attach(path, error);
	if (err)
		release(path);
	else
		*out = path;
	return err;
}

static int reload(struct path *path, struct xe_error *error)
{
	return xdp_link_follow(&path->link, error);
}

static int check(struct path *path, struct xe_error *error)
{
	return xdp_link_check(&path->link, error);
}

static void stop(struct path *path)
{
	xdp_link_remove(&path->link);
}

const struct path_ops path_xdp_ops = {
	.capabilities = PATH_XDP_CAPABILITIES,
	.start = start,
	.reload = reload,
	.check = check,
	.stop = stop,
	.release = release,
};
