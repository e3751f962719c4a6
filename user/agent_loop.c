// SPDX-License-Identifier: GPL-2.0-only
/* agent_loop.c - see agent_loop.h. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "addresses.h"
#include "agent_loop.h"
#include "agent_repair.h"
#include "log.h"
#include "netns.h"
#include "table.h"

enum verdict { GO_ON, LEAVE, REMOVE };

int agent_loop_open(struct agent *agent, struct xe_error *error)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	agent->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (agent->signals < 0)
		return xe_fail(error, errno, "signalfd: %s", strerror(errno));
	agent->watch = nic_watch_open(error);
	if (agent->watch < 0)
		return agent->watch;
	if (agent->store.netns[0] && strncmp(agent->store.netns, "inode:", 6)) {
		agent->netns_watch = netns_watch(agent->store.netns, error);
		if (agent->netns_watch < 0)
			return agent->netns_watch;
	}
	return 0;
}

void agent_loop_close(struct agent *agent)
{
	const int fds[] = {agent->watch, agent->netns_watch, agent->signals};

	if (agent->path)
		agent->ops->release(agent->path);
	sockets_close(agent->sockets);
	store_close(&agent->store);
	for (size_t i = 0; i < sizeof(fds) / sizeof(*fds); i++)
		if (fds[i] >= 0)
			close(fds[i]);
	if (agent->lock >= 0) /* last: whoever waits for it takes over from here */
		close(agent->lock);
}

/* Applied: a command that waits for it may go on. */
static void done(struct agent *agent)
{
	__atomic_add_fetch(&agent->store.state->info.generation, 1, __ATOMIC_RELEASE);
}

/*
 * The sockets know every address before the table changes, so that one which moves between the
 * table and those beyond it is answered all the time.
 */
int agent_follow_addresses(struct agent *agent, size_t *beyond, struct xe_error *error)
{
	struct xe_state *state = agent->store.state;
	struct addresses addresses;
	int err = addresses_read(&addresses, &state->request, &agent->nic, error);

	if (err)
		return err;
	sockets_serve(agent->sockets, addresses.served);
	table_publish(&state->live, addresses.table);
	if (!addresses.beyond)
		sockets_serve(agent->sockets, NULL);
	free(addresses.table);
	*beyond = addresses.beyond;
	return 0;
}

static void follow_addresses(struct agent *agent)
{
	struct xe_error error = {};
	size_t beyond;

	if (agent_follow_addresses(agent, &beyond, &error))
		log_problem("%s: cannot follow addresses: %s", agent->nic.name, error.text);
}

/* VLAN devices come and go; and a port on one that somebody else holds may be given up. */
static void follow_devices(struct agent *agent)
{
	struct xe_error error = {};

	if (sockets_follow(agent->sockets, NULL, NULL, &error) == 0 && agent->device_trouble[0])
		log_note("%s: its VLAN devices are served", agent->nic.name);
	agent_report(agent, agent->device_trouble, error.text);
}

static void look(struct agent *agent)
{
	if (agent->device_trouble[0])
		follow_devices(agent);
	agent_look(agent);
}

/* `ip link set eth0 name wan0`: the commands look for it under its new name from now on. */
static void follow_name(struct agent *agent)
{
	struct xe_info *info = &agent->store.state->info;
	struct xe_error error = {};

	if (!strcmp(agent->nic.name, agent->store.interface))
		return;
	log_note("%s: renamed to %s", agent->store.interface, agent->nic.name);
	if (store_rename(&agent->store, agent->nic.name, &error))
		log_problem("%s", error.text);
	snprintf(info->interface, sizeof(info->interface), "%s", agent->nic.name);
}

static enum verdict on_netlink(struct agent *agent)
{
	struct nic_change change = {};
	struct xe_error error = {};

	if (nic_watch_read(agent->watch, agent->nic.ifindex, &change, &error)) {
		log_problem("%s: %s", agent->nic.name, error.text);
		return GO_ON;
	}
	if (change.link && !change.gone) {
		int err = nic_find_index(agent->nic.ifindex, &agent->nic, &error);

		change.gone = err == -ENODEV;
		if (err && !change.gone) /* a want of memory is no reason to take all down */
			log_problem("%s: %s", agent->nic.name, error.text);
	}
	if (change.gone)
		return REMOVE;
	if (change.addresses || change.link) {
		follow_addresses(agent);
		follow_devices(agent);
	}
	if (change.link) {
		follow_name(agent);
		agent->has_changed = true;
		agent_look(agent);
	}
	if (change.addresses || change.link)
		done(agent);
	return GO_ON;
}

/* A command has written other settings into the state. On failure the earlier ones stay. */
static int reload(struct agent *agent, struct xe_error *error)
{
	struct store *store = &agent->store;
	struct store_lists lists;
	int err = store_lists_open(store, &lists, error);

	if (!err)
		err = sockets_follow(agent->sockets, &store->state->policy, lists.lists, error);
	if (err) {
		store_lists_close(&lists);
		return err;
	}
	store_lists_close(&store->lists);
	store->lists = lists;
	return agent->path ? agent->ops->reload(agent->path, error) : 0;
}

static enum verdict on_signal(struct agent *agent)
{
	struct signalfd_siginfo info;
	struct xe_error error = {};

	if (read(agent->signals, &info, sizeof(info)) != sizeof(info))
		return GO_ON;
	if (info.ssi_signo == SIGTERM)
		return LEAVE;
	agent->store.state->info.reload_error = -reload(agent, &error);
	if (error.code)
		log_problem("%s: %s", agent->nic.name, error.text);
	done(agent);
	return GO_ON;
}

static void remove_all(struct agent *agent, const char *why)
{
	struct xe_error error = {};

	log_note("%s: %s: detached", agent->nic.name, why);
	if (agent->path)
		agent->ops->stop(agent->path);
	if (store_remove(&agent->store, &error))
		log_problem("%s", error.text);
}

void agent_loop(struct agent *agent)
{
	struct pollfd fds[] = {
		{.fd = agent->signals, .events = POLLIN},
		{.fd = agent->watch, .events = POLLIN},
		{.fd = agent->netns_watch, .events = POLLIN},
	};
	enum verdict verdict = GO_ON;

	while (verdict == GO_ON) {
		int count = poll(fds, sizeof(fds) / sizeof(*fds), AGENT_LOOK_MILLISECONDS);

		if (count < 0 && errno != EINTR)
			return;
		if (count <= 0) {
			look(agent);
			continue;
		}
		if (fds[0].revents)
			verdict = on_signal(agent);
		if (verdict == GO_ON && fds[1].revents)
			verdict = on_netlink(agent);
		if (verdict == GO_ON && fds[2].revents &&
		    netns_is_gone(agent->netns_watch, agent->store.netns)) {
			remove_all(agent, "its network namespace was deleted");
			return;
		}
	}
	if (verdict == REMOVE)
		remove_all(agent, "the interface has gone");
}
