// SPDX-License-Identifier: GPL-2.0-only
/* agent.c - see agent.h: attaching, and putting back. The loop is agent_loop.c. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "addresses.h"
#include "agent.h"
#include "agent_loop.h"
#include "agent_process.h"
#include "agent_repair.h"
#include "agent_sandbox.h"
#include "log.h"
#include "memory.h"
#include "netns.h"
#include "nic_features.h"
#include "prefix_list.h"
#include "privileges.h"

/* Descriptors that it takes to load a program and to listen; that mode afxdp takes; and each of its
 * queues. */
enum { LATER_FILES = 6, AFXDP_FILES = 6, QUEUE_FILES = 2 };

/* What was in force before, to go back to. */
struct before {
	bool attached;
	bool ended; /* its agent was, so there is something to put back */
	struct xe_request request;
	struct xe_policy policy;
	struct store_lists lists;
};

static void say(int channel, int what, const struct xe_error *error)
{
	struct agent_message message = {.what = what};

	if (error)
		message.error = *error;
	send(channel, &message, sizeof(message),
	     MSG_NOSIGNAL); /* if nobody listens, recv says so */
}

static bool told_to_keep(int channel)
{
	struct agent_message message;

	return recv(channel, &message, sizeof(message), 0) == sizeof(message) &&
	       message.what == AGENT_KEEP;
}

/* The state is a file, but BPF is there by now: see promote(). */
static bool is_to_promote(const struct agent *agent, const struct before *before)
{
	return before->attached && !agent->store.state_is_map && agent->store.pins[0];
}

/* Descriptors that are opened once an earlier agent has ended, and that this process may still
 * have: what it is short of must be known before. */
static int check_files(const struct agent *agent, __u32 path, struct xe_error *error)
{
	__u32 needed = LATER_FILES, available = 0;
	struct rlimit limit;

	if (path == XE_AFXDP)
		needed += AFXDP_FILES + QUEUE_FILES * nic_queues(&agent->nic).rx;
	if (getrlimit(RLIMIT_NOFILE, &limit))
		return 0;
	for (rlim_t fd = 0; fd < limit.rlim_cur && available < needed; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			available++;
	if (available >= needed)
		return 0;
	return xe_fail(error, EMFILE,
		       "%s: %u file descriptors more are needed, and the limit of open files is "
		       "%llu; raise it (ulimit -n, or LimitNOFILE= of systemd)",
		       agent->nic.name, needed - available, (unsigned long long)limit.rlim_cur);
}

/* The addresses that an earlier agent answers for: its table has not room for all of them. */
static int serve_as_before(struct agent *agent, const struct before *before, struct xe_error *error)
{
	struct addresses addresses;
	int err = addresses_read(&addresses, &before->request, &agent->nic, error);

	if (err)
		return err;
	sockets_serve(agent->sockets, addresses.served);
	free(addresses.table);
	return sockets_start(agent->sockets, agent->store.state, error);
}

/*
 * Before anything is attached: a port that somebody else holds leaves all as it
 * is. Where an earlier agent is about to end, our workers answer before it does,
 * for the same addresses, so that no ping waits.
 */
static int open_sockets(struct agent *agent, const struct before *before,
			const struct xe_policy *policy, struct xe_error *error)
{
	int err =
		sockets_open(&agent->sockets, &agent->nic, policy, agent->store.lists.lists, error);

	if (!err && before->attached && !is_to_promote(agent, before))
		err = serve_as_before(agent, before, error);
	return err ? err : sockets_follow(agent->sockets, NULL, NULL, error);
}

/* XDP needs a state that is a BPF map. Nobody may be counting while it moves. */
static void promote(struct agent *agent, const struct before *before)
{
	struct xe_error error = {};

	if (is_to_promote(agent, before) && store_promote(&agent->store, &error))
		log_note("%s: the state stays a file: %s", agent->store.interface, error.text);
}

/* The state that an earlier attach of this very interface left, or a new one. */
static int open_store(struct agent *agent, struct before *before, struct xe_error *error)
{
	struct xe_error missing = {};
	struct store *store = &agent->store;
	char why_file[XE_TEXT_MAX];
	int err;

	err = store_open(store, true, &missing);
	if (err && err != -ENOENT)
		return xe_fail(error, -err, "%s", missing.text);
	if (!err && store->state->info.ifindex == agent->nic.ifindex) {
		before->attached = true;
		before->request = store->state->request;
		before->policy = store->state->policy;
		return 0;
	}
	if (!err) { /* of an interface that has gone since */
		store_close(store);
		err = store_remove(store, error);
		if (err)
			return err;
	}
	err = store_create(store, why_file, sizeof(why_file), error);
	if (!err && why_file[0])
		log_note("%s: the state is a file: %s", store->interface, why_file);
	return err;
}

static void describe(struct agent *agent)
{
	struct xe_info *info = &agent->store.state->info;
	const struct nic *nic = &agent->nic;
	__u32 slots = sysconf(_SC_NPROCESSORS_CONF);

	info->ifindex = nic->ifindex;
	info->trouble[0] = 0;    /* was an earlier agent's */
	if (slots > info->slots) /* never fewer: readers add up what all of them counted */
		info->slots = slots;
	info->attached_at = info->attached_at ? info->attached_at : (__u64)time(NULL);
	snprintf(info->interface, sizeof(info->interface), "%s", nic->name);
	snprintf(info->netns, sizeof(info->netns), "%s", agent->store.netns);
	snprintf(info->driver, sizeof(info->driver), "%s", nic->driver);
	snprintf(info->version, sizeof(info->version), "%s", XE_VERSION);
}

static int apply(struct agent *agent, const struct xe_request *request,
		 const struct xe_policy *policy, struct xe_error *error)
{
	struct xe_state *state = agent->store.state;
	size_t beyond;
	int err;

	err = nic_find_index(agent->nic.ifindex, &agent->nic, error); /* as it is by now */
	if (err)
		return err;
	state->request = *request;
	state->policy = *policy;
	describe(agent);
	err = agent_follow_addresses(agent, &beyond, error);
	if (err)
		return err;
	if (beyond)
		log_problem("%s: %zu addresses more than the table holds; they are answered by "
			    "the socket path alone",
			    agent->nic.name, beyond);
	err = store_lists_publish(&agent->store, &agent->store.lists, error);
	if (!err)
		err = sockets_follow(agent->sockets, policy, agent->store.lists.lists, error);
	if (!err)
		err = sockets_start(agent->sockets, state, error);
	if (err)
		return err;
	return path_choose(&agent->context, request->path, &agent->ops, &agent->path, error);
}

/* The lists asked for, in place of those in force, which may have to be put back. */
static int make_rules(struct agent *agent, const struct invocation *invocation,
		      struct before *before, struct xe_policy *policy, struct xe_error *error)
{
	struct store *store = &agent->store;
	struct xe_prefixes *built;
	int err = prefixes_build(&invocation->prefixes, &built, error);

	if (err)
		return err;
	before->lists = store->lists;
	err = store_lists_make(store, built, &store->lists, error);
	free(built);
	if (err)
		return err;
	*policy = invocation->policy;
	policy_use_lists(policy, store->lists.lists);
	return policy_finish(policy, before->attached ? &before->policy : NULL, error);
}

static int attach(struct agent *agent, const struct invocation *invocation, const char *interface,
		  struct before *before, struct xe_error *error)
{
	struct xe_policy policy;
	bool mounted = false;
	int err;

	err = nic_find(interface, &agent->nic, error);
	if (!err)
		err = store_locate(&agent->store, invocation->netns, interface, true, &mounted,
				   error);
	if (!err)
		err = open_store(agent, before, error);
	if (!err)
		err = make_rules(agent, invocation, before, &policy, error);
	if (!err)
		err = open_sockets(agent, before, &policy, error);
	if (!err)
		err = check_files(agent, invocation->request.path, error);
	if (!err)
		err = agent_end(&agent->store, error);
	before->ended = !err;
	if (!err)
		promote(agent, before);
	if (!err)
		err = apply(agent, &invocation->request, &policy, error);
	if (err && agent->ops && !before->attached && invocation->request.path != XE_PATHS)
		path_name_others(&agent->context, invocation->request.path, error);
	return err;
}

/* As it was: the settings of before, or nothing at all. */
static int put_back(struct agent *agent, struct before *before)
{
	struct store_lists made;
	struct xe_error error = {};

	if (!before->attached) {
		if (agent->path)
			agent->ops->stop(agent->path);
		if (agent->store.state)
			store_remove(&agent->store, &error);
		return -ECANCELED;
	}
	if (!before->ended)
		return -ECANCELED;
	if (agent->path)
		agent->ops->release(agent->path);
	agent->path = NULL;
	made = agent->store.lists;
	agent->store.lists = before->lists;
	before->lists = made;
	/* an agent whose sockets answer is better than none; it goes on trying */
	if (apply(agent, &before->request, &before->policy, &error))
		agent_report(agent, agent->path_trouble, error.text);
	return 0;
}

/* From here on this process is the interface's agent. */
static int take_over(struct agent *agent, struct xe_error *error)
{
	agent->lock = store_lock_agent(&agent->store, 5, error);
	if (agent->lock < 0)
		return agent->lock;
	agent->store.state->info.agent_pid = getpid();
	return agent_loop_open(agent, error);
}

static __u64 needed_capabilities(const struct agent *agent)
{
	const struct path_ops *ops = agent->path ? agent->ops : path_ops(XE_AFXDP); /* any, later */
	__u64 path = ops->capabilities;

	return path | sockets_capabilities(agent->sockets);
}

static void settle(struct agent *agent)
{
	struct xe_info *info = &agent->store.state->info;
	struct xe_error error = {};

	agent->attached_path = info->path;
	if (privileges_keep(needed_capabilities(agent), &error))
		log_problem("%s: %s", agent->nic.name, error.text);
	info->agent_capabilities = privileges_effective();
	if (store_trim(&agent->store, info->path, sockets_workers(agent->sockets), &error))
		log_problem("%s", error.text);
	info->agent_filtered = !agent_sandbox_enter(agent->store.state->request.path, &error);
	if (!info->agent_filtered)
		log_problem("%s: %s", agent->nic.name, error.text);
	memory_trim(); /* libbpf and libelf needed much, once */
	info->generation++;
}

int agent_run(const struct invocation *invocation, const char *interface, int channel)
{
	struct agent agent = {.lock = -1, .watch = -1, .netns_watch = -1, .signals = -1};
	struct before before = {.lists.fd = -1};
	struct xe_error error = {};
	int err;

	agent.context = (struct path_context){&agent.nic, &agent.store};
	store_init(&agent.store);
	log_open(invocation->foreground);
	err = attach(&agent, invocation, interface, &before, &error);
	if (!err)
		err = take_over(&agent, &error);
	say(channel, err ? AGENT_FAILED : AGENT_READY, &error);
	if (err || !told_to_keep(channel)) {
		err = agent.store.state ? put_back(&agent, &before) : -ECANCELED;
		if (!err && agent.lock < 0)
			err = take_over(&agent, &error);
	}
	if (!err) {
		store_lists_close(&before.lists);
		settle(&agent);
		say(channel, AGENT_KEPT, NULL);
		close(channel);
		agent_loop(&agent);
	}
	agent_loop_close(&agent);
	return err ? 1 : 0;
}
