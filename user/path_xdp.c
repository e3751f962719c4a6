// SPDX-License-Identifier: GPL-2.0-only
/* path_xdp.c - see path_xdp.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "names.h"
#include "path_xdp.h"
#include "xdp_link.h"
#include "xdp_program.h"

struct path {
	__u32 path; /* XE_NATIVE or XE_GENERIC */
	struct xdp_link link;
};

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
		err = xdp_link_attach(&path->link, mode, NO_SOCKETS, error);
	if (err) {
		release(path);
		return err;
	}
	if (path->link.dispatched)
		snprintf(context->store->state->info.detail, XE_TEXT_MAX, "%s",
			 XDP_LINK_DISPATCHED);
	*out = path;
	return 0;
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
