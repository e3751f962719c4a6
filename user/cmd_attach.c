// SPDX-License-Identifier: GPL-2.0-only
/* cmd_attach.c - `xdp-echo attach`: all of the interfaces named, or none. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent_process.h"
#include "bpffs.h"
#include "cmd_status.h"
#include "command.h"
#include "foreground.h"
#include "nic.h"
#include "parse.h"
#include "policy.h"
#include "rule_options.h"

/* What can be said before anything is touched. */
static int check_names(const struct invocation *invocation, struct xe_error *error)
{
	for (int i = 0; i < invocation->interface_count; i++) {
		const char *name = invocation->interfaces[i];
		struct nic nic;
		int err;

		for (int j = 0; j < i; j++)
			if (!strcmp(name, invocation->interfaces[j]))
				return usage_error(error, "%s: named twice", name);
		err = nic_find(name, &nic, error);
		if (err)
			return err;
	}
	return 0;
}

static void find_bpffs(const struct invocation *invocation)
{
	struct xe_error none = {};
	char path[PATH_MAX];
	bool mounted = false;

	if (bpffs_find(path, sizeof(path), true, &mounted, &none)) {
		if (invocation->verbose)
			fprintf(stderr, "xdp-echo: %s\n", none.text);
	} else if (mounted) {
		fprintf(stderr, "xdp-echo: bpffs was not mounted; mounted it at %s\n", path);
	}
}

static bool is_attached(const struct invocation *invocation, const char *interface)
{
	struct xe_error ignored = {};
	struct store store;

	return !store_locate(&store, invocation->netns, interface, false, NULL, &ignored) &&
	       store_exists(&store);
}

/* Starts those that are attached already, or those that are not, side by side. */
static int start_some(const struct invocation *invocation, struct agent_process *agents,
		      bool attached, struct xe_error *error)
{
	int err = 0;

	for (int i = 0; i < invocation->interface_count && !err; i++)
		if (agents[i].attached == attached)
			err = agent_spawn(&agents[i], invocation, error);
	for (int i = 0; i < invocation->interface_count && !err; i++)
		if (agents[i].attached == attached)
			err = agent_wait(&agents[i], error);
	return err;
}

static int start_all(const struct invocation *invocation, struct agent_process *agents,
		     struct xe_error *error)
{
	int err;

	for (int i = 0; i < invocation->interface_count; i++) {
		const char *interface = invocation->interfaces[i];

		agents[i] = (struct agent_process){
			.interface = interface,
			.attached = is_attached(invocation, interface),
			.channel = -1,
		};
	}
	/* what answers already is touched last: when a new interface fails, it never is */
	err = start_some(invocation, agents, false, error);
	if (!err)
		err = start_some(invocation, agents, true, error);
	for (int i = 0; i < invocation->interface_count && !err; i++)
		err = agent_keep(&agents[i], error);
	if (!err)
		return 0;
	for (int i = 0; i < invocation->interface_count; i++)
		agent_undo(&agents[i]);
	return err;
}

static int run(struct invocation *invocation, struct xe_error *error)
{
	struct agent_process *agents;
	int lock, err;

	if (!invocation->interface_count)
		return usage_error(error, "attach: name the interfaces, such as: attach eth0 eth1");
	err = check_names(invocation, error);
	if (err)
		return err;
	agents = calloc(invocation->interface_count, sizeof(*agents));
	if (!agents)
		return xe_fail(error, ENOMEM, "out of memory");
	lock = store_lock(error);
	err = lock < 0 ? lock : 0;
	if (!err) {
		find_bpffs(invocation);
		err = start_all(invocation, agents, error);
		store_unlock(lock);
	}
	if (!err)
		err = show_status(invocation, error);
	if (!err && invocation->foreground)
		err = foreground_run(agents, invocation, error);
	free(agents);
	return err;
}

/* --- options --------------------------------------------------------------------------------- */

static int apply_port(struct invocation *invocation, const char *value, struct xe_error *error)
{
	return policy_add_ports(&invocation->policy, value, error);
}

static int apply_mode(struct invocation *invocation, const char *value, struct xe_error *error)
{
	return parse_path(value, &invocation->request.path, error);
}

static int apply_address(struct invocation *invocation, const char *value, struct xe_error *error)
{
	struct xe_request *request = &invocation->request;

	if (request->asked_count == XE_MAX_ADDRESSES)
		return xe_fail(error, E2BIG, "address \"%s\": at most %d can be given", value,
			       XE_MAX_ADDRESSES);
	return parse_address(value, &request->asked[request->asked_count++], error);
}

static int apply_ttl(struct invocation *invocation, const char *value, struct xe_error *error)
{
	return policy_set_ttl(&invocation->policy, value, error);
}

static int apply_size_histogram(struct invocation *invocation, const char *value,
				struct xe_error *error)
{
	(void)value;
	(void)error;
	invocation->policy.size_histogram = 1;
	return 0;
}

static int apply_busy_poll(struct invocation *invocation, const char *value, struct xe_error *error)
{
	(void)value;
	(void)error;
	invocation->request.busy_poll = 1;
	return 0;
}

static int apply_dispatcher(struct invocation *invocation, const char *value,
			    struct xe_error *error)
{
	(void)value;
	(void)error;
	invocation->request.dispatcher = 1;
	return 0;
}

static int apply_foreground(struct invocation *invocation, const char *value,
			    struct xe_error *error)
{
	(void)value;
	(void)error;
	invocation->foreground = true;
	return 0;
}

static const struct option_spec options[] = {
	{"port", "LIST", "UDP ports to answer, such as 7,4000-4010 (default 7)", apply_port},
	{"mode", "MODE", "auto (default), native, generic, afxdp or socket", apply_mode},
	{"address", "ADDR", "answer for this address, not for the interface's own; repeatable",
	 apply_address},
	{"ttl", "N", "fixed TTL of replies; gives up that loops die with the request's TTL",
	 apply_ttl},
	{"size-histogram", NULL, "count requests by size, too, for the metrics",
	 apply_size_histogram},
	{"busy-poll", NULL, "mode afxdp: spin instead of sleeping, a CPU each worker (README)",
	 apply_busy_poll},
	{"dispatcher", NULL, "use libxdp's dispatcher also where no other XDP program is yet",
	 apply_dispatcher},
	{"foreground", NULL, "stay, and detach when ended; for systemd and containers",
	 apply_foreground},
	{},
};

const struct command command_attach = {
	.name = "attach",
	.arguments = "IFACE...",
	.help = "answer UDP pings on interfaces; attached ones get the new settings",
	.options = options,
	.more_options = rule_options,
	.run = run,
};
