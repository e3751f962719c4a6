// SPDX-License-Identifier: GPL-2.0-only
/* cmd_status.c - `xdp-echo status` and `stats`: what the pins say; no process is asked. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd_status.h"
#include "command.h"
#include "render.h"
#include "store.h"

/* What the command line names, or everything: of one namespace if it was given. */
static int find(const struct invocation *invocation, struct store **list, size_t *count,
		struct xe_error *error)
{
	size_t wanted = invocation->interface_count;
	int err = 0;

	if (!wanted)
		return store_list(invocation->netns_given ? invocation->netns : NULL, list, count,
				  error);
	*list = calloc(wanted, sizeof(**list));
	if (!*list)
		return xe_fail(error, ENOMEM, "out of memory");
	for (*count = 0; !err && *count < wanted; (*count)++)
		err = store_locate(&(*list)[*count], invocation->netns,
				   invocation->interfaces[*count], false, NULL, error);
	return err;
}

/* What is named has to be there; what was only found may have gone since, or never have begun. */
static int open_all(struct store *stores, size_t *count, bool named, struct attachment *list,
		    struct xe_error *error)
{
	size_t opened = 0;

	for (size_t i = 0; i < *count; i++) {
		struct xe_error failure = {};
		int err = store_open(&stores[i], false, &failure);

		if (err == -ENOENT && !named)
			continue;
		if (err)
			return xe_fail(error, -err, "%s", failure.text);
		list[opened].state = stores[i].state;
		list[opened++].agent = store_agent(&stores[i]);
	}
	*count = opened;
	return 0;
}

int show(const struct invocation *invocation, const struct renderer *renderer,
	 struct xe_error *error)
{
	struct attachment *list = NULL;
	struct store *stores = NULL;
	size_t found = 0, count;
	int err = find(invocation, &stores, &found, error);

	count = found;
	if (!err && count) {
		list = calloc(count, sizeof(*list));
		err = list ? open_all(stores, &count, invocation->interface_count, list, error)
			   : xe_fail(error, ENOMEM, "out of memory");
	}
	if (!err && invocation->json)
		err = renderer->json(list, count, error);
	else if (!err)
		renderer->text(list, count);
	for (size_t i = 0; i < found; i++)
		store_close(&stores[i]);
	free(stores);
	free(list);
	return err;
}

static const struct renderer status_renderer = {render_status_text, render_status_json};
static const struct renderer stats_renderer = {render_stats_text, render_stats_json};

int show_status(const struct invocation *invocation, struct xe_error *error)
{
	return show(invocation, &status_renderer, error);
}

static int run_status(struct invocation *invocation, struct xe_error *error)
{
	return show_status(invocation, error);
}

static int run_stats(struct invocation *invocation, struct xe_error *error)
{
	return show(invocation, &stats_renderer, error);
}

const struct command command_status = {
	.name = "status",
	.arguments = "[IFACE...]",
	.help = "what is attached, by which path and why",
	.run = run_status,
};

const struct command command_stats = {
	.name = "stats",
	.arguments = "[IFACE...]",
	.help = "every counter, by interface and reason",
	.run = run_stats,
};
