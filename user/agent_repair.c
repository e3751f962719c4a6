// SPDX-License-Identifier: GPL-2.0-only
/* agent_repair.c - see agent_repair.h. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "agent_repair.h"
#include "log.h"
#include "names.h"

/* At the least between two trials of a better path: each takes the one in use away for a moment,
 * and may be a change of the interface itself. */
enum { LOOK_UP_SECONDS = 3 };

static struct xe_info *info_of(struct agent *agent)
{
	return &agent->store.state->info;
}

void agent_report(struct agent *agent, char trouble[XE_TEXT_MAX], const char *text)
{
	char now[XE_TEXT_MAX];
	bool is_new;

	snprintf(now, sizeof(now), "%s", text);
	is_new = now[0] && strcmp(now, trouble);
	memcpy(trouble, now, sizeof(now));
	snprintf(info_of(agent)->trouble, XE_TEXT_MAX, "%s%s%s", agent->path_trouble,
		 agent->path_trouble[0] && agent->device_trouble[0] ? "; " : "",
		 agent->device_trouble);
	if (is_new)
		log_problem("%s", text);
}

static void release(struct agent *agent)
{
	if (agent->path)
		agent->ops->release(agent->path);
	agent->path = NULL;
}

/* Maps what of the state the path needs; any path might be the next with XE_AFXDP. */
static int trim(struct agent *agent, __u32 path, struct xe_error *error)
{
	return store_trim(&agent->store, path, sockets_workers(agent->sockets), error);
}

/* What a path holds, such as its sockets, is let go first: else it were in its own way. */
static int choose_again(struct agent *agent, __u32 asked, struct xe_error *error)
{
	struct xe_error other = {};
	int err;

	release(agent);
	if (nic_find_index(agent->nic.ifindex, &agent->nic, &other))
		return xe_fail(error, other.code, "%s", other.text);
	err = trim(agent, XE_AFXDP, error);
	if (!err)
		err = path_choose(&agent->context, asked, &agent->ops, &agent->path, error);
	if (trim(agent, info_of(agent)->path, &other))
		log_problem("%s", other.text);
	return err;
}

static void repaired(struct agent *agent)
{
	struct xe_info *info = info_of(agent);

	info->repairs++;
	info->repaired_at = time(NULL);
	agent_report(agent, agent->path_trouble, "");
	log_note("%s: repaired: %s: %s", agent->nic.name, path_name(info->path), info->reason);
}

/* The path that was asked for; failing that, what runs beneath it in any case. */
static void repair(struct agent *agent)
{
	struct xe_error refused = {}, ignored = {};

	if (choose_again(agent, agent->store.state->request.path, &refused) == 0) {
		repaired(agent);
		return;
	}
	choose_again(agent, XE_SOCKET, &ignored);
	snprintf(info_of(agent)->reason, XE_TEXT_MAX, "mode %s does not work at present",
		 path_name(agent->store.state->request.path));
	agent_report(agent, agent->path_trouble, refused.text);
}

/* The path is in place. Is a better one, that attach once found, possible again? */
static void look_up(struct agent *agent)
{
	struct xe_error refused = {};
	struct xe_info *info = info_of(agent);
	__u32 before = info->path;
	time_t now = time(NULL);

	if (agent->store.state->request.path != XE_PATHS || before <= agent->attached_path)
		agent->has_changed = false;
	if (!agent->has_changed || now - agent->looked_up < LOOK_UP_SECONDS)
		return;
	agent->has_changed = false;
	agent->looked_up = now;
	if (choose_again(agent, XE_PATHS, &refused))
		agent_report(agent, agent->path_trouble, refused.text);
	else if (info->path < before)
		repaired(agent);
}

void agent_look(struct agent *agent)
{
	struct xe_error lost = {};

	if (!agent->path || agent->path_trouble[0]) {
		repair(agent);
	} else if (agent->ops->check(agent->path, &lost)) {
		agent_report(agent, agent->path_trouble, lost.text);
		repair(agent);
	} else {
		look_up(agent);
	}
}
