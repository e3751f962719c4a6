// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_set.c - `xdp-echo set`: other rules at once on every path, with counters kept.
 *
 * All is made ready for every interface before the first one changes, and what
 * has changed is put back if a later one fails.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent_process.h"
#include "cmd_status.h"
#include "command.h"
#include "policy.h"
#include "rule_options.h"
#include "xdp_change.h"

/* One interface, from what is in force to what shall be. */
struct change {
	struct store store;
	struct xe_policy before, policy;
	struct store_lists lists; /* new ones, if `lists_differ` */
	bool lists_differ;
	struct xdp_change program;
	int done; /* steps of commit(), to take back */
};

static void init(struct change *change)
{
	store_init(&change->store);
	store_lists_init(&change->lists);
	xdp_change_init(&change->program);
}

static void release(struct change *change)
{
	xdp_change_close(&change->program);
	store_lists_close(&change->lists);
	store_close(&change->store);
}

static struct store_lists *lists_of(struct change *change)
{
	return change->lists_differ ? &change->lists : &change->store.lists;
}

/* --- making ready ---------------------------------------------------------------------------- */

static int keep(struct prefix_list *list, const struct xe_prefix *entries, size_t count,
		struct xe_error *error)
{
	int err = 0;

	for (size_t i = 0; !err && i < count; i++)
		err = prefix_list_add(list, &entries[i], error);
	return err;
}

/* What was given, and of the lists in force those of which nothing was given. */
static int make_lists(struct change *change, const struct invocation *invocation,
		      struct xe_error *error)
{
	const struct xe_prefixes *old = change->store.lists.lists;
	unsigned int parts = invocation->parts;
	struct xe_prefixes *built = NULL;
	struct prefix_list list = {};
	int err = 0;

	change->lists_differ = parts & (POLICY_ALLOW | POLICY_DENY);
	if (!change->lists_differ)
		return 0;
	err = keep(&list, invocation->prefixes.entries, invocation->prefixes.count, error);
	if (!err && !(parts & POLICY_ALLOW))
		err = prefix_list_keep(&list, old, true, error);
	if (!err && !(parts & POLICY_DENY))
		err = prefix_list_keep(&list, old, false, error);
	if (!err)
		err = prefixes_build(&list, &built, error);
	if (!err)
		err = store_lists_make(&change->store, built, &change->lists, error);
	free(built);
	prefix_list_free(&list);
	return err;
}

static int prepare(struct change *change, const struct invocation *invocation,
		   const char *interface, struct xe_error *error)
{
	struct xdp_rules rules = {&change->policy, NULL};
	int err = store_locate(&change->store, invocation->netns, interface, false, NULL, error);

	if (!err)
		err = store_open(&change->store, true, error);
	if (!err)
		err = make_lists(change, invocation, error);
	if (err)
		return err;
	change->before = change->store.state->policy;
	change->policy = change->before;
	policy_take(&change->policy, &invocation->policy, invocation->parts);
	rules.lists = lists_of(change);
	policy_use_lists(&change->policy, rules.lists->lists);
	err = policy_finish(&change->policy, &change->before, error);
	return err ? err : xdp_change_prepare(&change->program, &change->store, &rules, error);
}

/* --- changing, and taking back --------------------------------------------------------------- */

static int tell_agent(const struct change *change, struct xe_error *error)
{
	const struct xe_info *info = &change->store.state->info;
	int err = agent_reload(&change->store, error);

	if (!err && store_agent(&change->store) && info->reload_error)
		err = xe_fail(error, info->reload_error,
			      "%s: its agent cannot obey: %s; see the system log",
			      change->store.interface, strerror(info->reload_error));
	return err;
}

static int commit(struct change *change, struct xe_error *error)
{
	int err = xdp_change_commit(&change->program, &change->store, error);

	if (err)
		return err;
	change->done = 1;
	if (change->lists_differ)
		err = store_lists_publish(&change->store, &change->lists, error);
	if (err)
		return err;
	change->store.state->policy = change->policy;
	change->done = 2;
	return tell_agent(change, error);
}

static void take_back(struct change *change)
{
	struct xe_error ignored = {};

	if (change->done < 1)
		return;
	if (change->lists_differ)
		store_lists_publish(&change->store, &change->store.lists, &ignored);
	change->store.state->policy = change->before;
	xdp_change_undo(&change->program, &change->store, &ignored);
	if (change->done == 2)
		tell_agent(change, &ignored);
}

static int change_all(struct change *changes, const struct invocation *invocation,
		      struct xe_error *error)
{
	int count = invocation->interface_count, done = 0, err = 0;

	for (int i = 0; !err && i < count; i++)
		err = prepare(&changes[i], invocation, invocation->interfaces[i], error);
	while (!err && done < count)
		err = commit(&changes[done++], error);
	while (err && done > 0)
		take_back(&changes[--done]);
	return err;
}

static int run(struct invocation *invocation, struct xe_error *error)
{
	int count = invocation->interface_count, lock, err;
	struct change *changes;

	if (!count)
		return usage_error(error, "set: name the interfaces, such as: set --rate 100 eth0");
	if (!invocation->parts)
		return usage_error(error, "set: nothing to change; see: xdp-echo set --help");
	changes = calloc(count, sizeof(*changes));
	if (!changes)
		return xe_fail(error, ENOMEM, "out of memory");
	for (int i = 0; i < count; i++)
		init(&changes[i]);
	lock = store_lock(error);
	err = lock < 0 ? lock : change_all(changes, invocation, error);
	store_unlock(lock);
	for (int i = 0; i < count; i++)
		release(&changes[i]);
	free(changes);
	return err ? err : show_status(invocation, error);
}

/* --- options --------------------------------------------------------------------------------- */

static int apply_no_allow(struct invocation *invocation, const char *value, struct xe_error *error)
{
	(void)value;
	(void)error;
	invocation->parts |= POLICY_ALLOW;
	return 0;
}

static int apply_no_deny(struct invocation *invocation, const char *value, struct xe_error *error)
{
	(void)value;
	(void)error;
	invocation->parts |= POLICY_DENY;
	return 0;
}

static const struct option_spec options[] = {
	{"no-allow", NULL, "forget the --allow list: whoever is not denied is answered",
	 apply_no_allow},
	{"no-deny", NULL, "forget the --deny list", apply_no_deny},
	{},
};

const struct command command_set = {
	.name = "set",
	.arguments = "IFACE...",
	.help = "change rules of attached interfaces at once; a list given replaces the earlier "
		"one",
	.options = options,
	.more_options = rule_options,
	.run = run,
};
