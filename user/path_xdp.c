// SPDX-License-Identifier: GPL-2.0-only
/* path_xdp.c - see path_xdp.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "names.h"
#include "nic_peer.h"
#include "path_xdp.h"
#include "xdp_link.h"
#include "xdp_program.h"

struct path {
	__u32 path; /* XE_NATIVE or XE_GENERIC */
	struct xdp_link link;
};

static const char mute[] =
	"the other end of this veth has no native XDP program, and takes nothing "
	"that this one transmits";

/* Where native XDP is what was asked for, the other end may get its program later. */
static int check_peer(const struct path *path, struct xe_error *error)
{
	const struct path_context *context = path->link.context;
	char *detail = context->store->state->info.detail;
	bool is_mute = path->path == XE_NATIVE && nic_is_mute(context->nic);

	if (is_mute && context->store->state->request.path != XE_NATIVE)
		return xe_fail(error, EOPNOTSUPP, "%s: %s", path_name(path->path), mute);
	snprintf(detail, XE_TEXT_MAX, "%s%s%s", path->link.dispatched ? XDP_LINK_DISPATCHED : "",
		 path->link.dispatched && is_mute ? "; " : "", is_mute ? mute : "");
	return 0;
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
		err = check_peer(path, error);
	if (!err)
		err = xdp_link_attach(&path->link, mode, NO_SOCKETS, error);
	if (err) {
		release(path);
		return err;
	}
	*out = path;
	return 0;
}

static int reload(struct path *path, struct xe_error *error)
{
	return xdp_link_follow(&path->link, error);
}

static int check(struct path *path, struct xe_error *error)
{
	int err = xdp_link_check(&path->link, error);

	return err ? err : check_peer(path, error);
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
