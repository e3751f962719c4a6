// SPDX-License-Identifier: GPL-2.0-only
/*
 * path_socket.c - see path_socket.h.
 *
 * The sockets (sockets.h) run beneath every path, and the agent starts them
 * before it chooses one. So this path is theirs once no other stands above.
 */
#include <errno.h>
#include <stdlib.h>

#include "path_socket.h"
#include "xdp_link.h"

struct path {
	const struct path_context *context;
};

static int start(const struct path_context *context, __u32 mode, struct path **out,
		 struct xe_error *error)
{
	int err = xdp_link_detach(context->store, error); /* of an earlier attach */

	(void)mode;
	if (err)
		return err;
	*out = malloc(sizeof(**out));
	if (!*out)
		return xe_fail(error, ENOMEM, "out of memory");
	(*out)->context = context;
	return 0;
}

static int reload(struct path *path, struct xe_error *error)
{
	(void)path;
	(void)error;
	return 0;
}

/* Nobody can take a socket away from its process. */
static int check(struct path *path, struct xe_error *error)
{
	(void)path;
	(void)error;
	return 0;
}

static void stop(struct path *path)
{
	(void)path;
}

static void release(struct path *path)
{
	free(path);
}

const struct path_ops path_socket_ops = {
	.start = start,
	.reload = reload,
	.check = check,
	.stop = stop,
	.release = release,
};
