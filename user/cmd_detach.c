// SPDX-License-Identifier: GPL-2.0-only
/* cmd_detach.c - `xdp-echo detach`: ends agents, takes programs off, removes every trace. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent_process.h"
#include "cmd_detach.h"
#include "xdp_link.h"

int detach_one(struct store *store, struct xe_error *error)
{
	int err = agent_end(store, error);

	if (!err)
		err = xdp_link_detach(store, error);
	return err ? err : store_remove(store, error);
}

static int detach_named(const struct invocation *invocation, struct xe_error *error)
{
	int err = 0;

	for (int i = 0; i < invocation->interface_count; i++) {
		const char *name = invocation->interfaces[i];
		struct store store;
		int failed = store_locate(&store, invocation->netns, name, false, NULL, error);

		if (!failed && !store_exists(&store))
			failed = xe_fail(error, ENOENT, "%s: not attached", name);
		else if (!failed)
			failed = detach_one(&store, error);
		if (failed && !err)
			err = failed;
	}
	return err;
}

static int detach_all(const struct invocation *invocation, struct xe_error *error)
{
	struct store *list;
	size_t count;
	int err = store_list(invocation_scope(invocation), &list, &count, error);

	if (err)
		return err;
	for (size_t i = 0; i < count; i++) {
		int failed = detach_one(&list[i], error);

		if (failed && !err)
			err = failed;
	}
	free(list);
	return err;
}

static int run(struct invocation *invocation, struct xe_error *error)
{
	int lock, err;

	if (invocation->all == (invocation->interface_count > 0))
		return usage_error(error, "detach: name interfaces, or give --all");
	lock = store_lock(error);
	if (lock < 0)
		return lock;
	err = invocation->all ? detach_all(invocation, error) : detach_named(invocation, error);
	store_unlock(lock);
	return err;
}

static int apply_all(struct invocation *invocation, const char *value, struct xe_error *error)
{
	(void)value;
	(void)error;
	invocation->all = true;
	return 0;
}

static const struct option_spec options[] = {
	{"all", NULL, "everything; in a network namespace, what is attached there", apply_all},
	{},
};

const struct command command_detach = {
	.name = "detach",
	.arguments = "[IFACE...]",
	.help = "stop answering, and leave nothing behind",
	.options = options,
	.run = run,
};
