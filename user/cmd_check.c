// SPDX-License-Identifier: GPL-2.0-only
/* cmd_check.c - `xdp-echo check`: a doctor that changes nothing, and needs nothing attached. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "command.h"
#include "policy.h"

static void check_one(struct findings *findings, const struct check_host *host,
		      const struct nic *nic, const struct invocation *invocation)
{
	struct xe_policy policy = invocation->policy;
	struct xe_error error = {};

	findings->interface = nic->name;
	check_interface(findings, host, nic, invocation->netns);
	check_peer(findings, nic);
	check_routes(findings, nic);
	if (policy_finish(&policy, NULL, &error) == 0)
		check_ports(findings, nic, invocation->netns, &policy);
}

/* Those named, or every one that could be an uplink. */
static int check_all(struct findings *findings, const struct check_host *host,
		     const struct invocation *invocation, struct xe_error *error)
{
	struct nic *list = NULL, nic;
	size_t count = 0;
	int err = 0;

	for (int i = 0; !err && i < invocation->interface_count; i++) {
		err = nic_find(invocation->interfaces[i], &nic, error);
		if (!err)
			check_one(findings, host, &nic, invocation);
	}
	if (err || invocation->interface_count)
		return err;
	err = nic_list(&list, &count, error);
	for (size_t i = 0; !err && i < count; i++)
		if (strcmp(list[i].name, "lo"))
			check_one(findings, host, &list[i], invocation);
	free(list);
	return err;
}

static int count_problems(const struct findings *findings)
{
	int problems = 0;

	for (size_t i = 0; i < findings->count; i++)
		problems += findings->list[i].level == CHECK_PROBLEM;
	return problems;
}

static int run(struct invocation *invocation, struct xe_error *error)
{
	struct findings findings = {};
	struct check_host host = {};
	int err, problems;

	check_kernel(&findings, &host);
	err = check_all(&findings, &host, invocation, error);
	if (!err && invocation->json)
		err = check_render_json(&findings, error);
	else if (!err)
		check_render_text(&findings);
	problems = count_problems(&findings);
	free(findings.list);
	if (!err && problems)
		err = xe_fail(error, ECANCELED, "%d problem%s found", problems,
			      problems > 1 ? "s" : "");
	return err;
}

static int apply_port(struct invocation *invocation, const char *value, struct xe_error *error)
{
	return policy_add_ports(&invocation->policy, value, error);
}

static const struct option_spec options[] = {
	{"port", "LIST", "UDP ports that are to be answered (default 7)", apply_port},
	{},
};

const struct command command_check = {
	.name = "check",
	.arguments = "[IFACE...]",
	.help = "a doctor: what would go wrong, and the command that mends it",
	.options = options,
	.run = run,
};
