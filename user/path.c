// SPDX-License-Identifier: GPL-2.0-only
/* path.c - the choice of a path; see path.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "names.h"
#include "path.h"
#include "path_afxdp.h"
#include "path_socket.h"
#include "path_xdp.h"

/*
 * A driver that takes a native program but cannot transmit from it is not told by trying, nor by
 * the kernel's feature bits, which have one for drop, pass and transmit together: for that there
 * is --mode afxdp.
 *
 * Best first. Measured on one core against native: generic 0.46, AF_XDP 0.12, socket 0.07.
 */
static const __u32 order[] = {XE_NATIVE, XE_GENERIC, XE_AFXDP, XE_SOCKET};

const struct path_ops *path_ops(__u32 path)
{
	switch (path) {
	case XE_NATIVE:
	case XE_GENERIC:
		return &path_xdp_ops;
	case XE_AFXDP:
		return &path_afxdp_ops;
	case XE_SOCKET:
		return &path_socket_ops;
	default:
		return NULL;
	}
}

static void record(struct xe_info *info, __u32 path, __u32 asked)
{
	const char *better = NULL;

	info->path = path;
	for (size_t i = 0; i < sizeof(order) / sizeof(*order) && order[i] != path; i++)
		better = info->refusals[order[i]];
	if (asked != XE_PATHS)
		snprintf(info->reason, sizeof(info->reason), "asked for with --mode %s",
			 path_name(path));
	else if (better && better[0])
		snprintf(info->reason, sizeof(info->reason), "%.*s", XE_TEXT_MAX - 1, better);
	else
		snprintf(info->reason, sizeof(info->reason), "the best path works here");
}

int path_choose(const struct path_context *context, __u32 asked, const struct path_ops **ops,
		struct path **out, struct xe_error *error)
{
	struct xe_info *info = &context->store->state->info;
	char refusals[XE_PATHS][XE_TEXT_MAX] = {};
	struct xe_error all = {};

	for (size_t i = 0; i < sizeof(order) / sizeof(*order); i++) {
		struct xe_error refusal = {};
		__u32 path = order[i];
		size_t used = strlen(all.text);

		if (asked != XE_PATHS && asked != path)
			continue;
		*ops = path_ops(path);
		info->detail[0] = 0;
		if ((*ops)->start(context, path, out, &refusal) == 0) {
			memcpy(info->refusals, refusals, sizeof(refusals));
			record(info, path, asked);
			return 0;
		}
		snprintf(refusals[path], XE_TEXT_MAX, "%.*s", XE_TEXT_MAX - 1, refusal.text);
		all.code = refusal.code;
		snprintf(all.text + used, sizeof(all.text) - used, "%s%s", used ? "; " : "",
			 refusal.text);
	}
	return xe_fail(error, all.code ? all.code : EOPNOTSUPP, "%s: %s", context->nic->name,
		       all.text);
}

static bool works(const struct path_context *context, __u32 mode)
{
	const struct path_ops *ops = path_ops(mode);
	struct xe_error ignored = {};
	struct path *path;

	if (ops->start(context, mode, &path, &ignored))
		return false;
	ops->stop(path);
	ops->release(path);
	return true;
}

void path_name_others(const struct path_context *context, __u32 asked, struct xe_error *error)
{
	const char *before = "; what works here: --mode ";

	for (size_t i = 0; i < sizeof(order) / sizeof(*order); i++) {
		size_t used = strlen(error->text);

		if (order[i] == asked || !works(context, order[i]))
			continue;
		snprintf(error->text + used, sizeof(error->text) - used, "%s%s", before,
			 path_name(order[i]));
		before = ", ";
	}
}
