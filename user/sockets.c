// SPDX-License-Identifier: GPL-2.0-only
/* sockets.c - see sockets.h: which sockets there are. What they do is socket_worker.c. */
#include <errno.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "grace.h"
#include "policy.h"
#include "socket_worker.h"
#include "sockets.h"

enum {
	WORKERS = 2,
	SPARE_FILES = 16, /* descriptors that the agent needs beside its sockets */
	PORTS = 65536,
};

struct sockets {
	const struct nic *nic;
	struct socket_rules *rules;
	struct address_list *more; /* addresses; NULL: none */
	struct socket_worker workers[WORKERS];
	__u32 worker_count;
	bool is_started;
	struct served_socket **list;
	size_t count, room;
};

/* The ports of one device and family that have sockets already. */
struct port_set {
	bool is_open[PORTS]; /* indexed by port in wire order, as in struct xe_policy */
};

/* --- limits ---------------------------------------------------------------------------------- */

/* Every descriptor that the process may ever have. */
static rlim_t raise_file_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return 1024;
	if (limit.rlim_cur < limit.rlim_max) {
		rlim_t before = limit.rlim_cur;

		limit.rlim_cur = limit.rlim_max;
		if (setrlimit(RLIMIT_NOFILE, &limit))
			return before;
	}
	return limit.rlim_cur;
}

static size_t count_ports(const struct xe_policy *policy)
{
	size_t count = 0;

	for (__u32 port = 1; port < PORTS; port++)
		count += policy_serves_port(policy, port);
	return count;
}

/* Sockets that each worker needs, or an error that says the limit. */
static int check_limit(const struct sockets *sockets, const struct xe_policy *policy,
		       size_t devices, __u32 workers, struct xe_error *error)
{
	size_t ports = count_ports(policy), needed = 2 * ports * devices * workers;
	rlim_t limit = raise_file_limit();

	if (needed + SPARE_FILES <= limit)
		return 0;
	return xe_fail(error, EMFILE,
		       "%s: %zu ports need %zu sockets, but the limit of open files is %llu; "
		       "serve fewer ports, or raise the limit (ulimit -n, or LimitNOFILE= of "
		       "systemd)",
		       sockets->nic->name, ports, needed, (unsigned long long)limit);
}

/* --- the list -------------------------------------------------------------------------------- */

static struct served_socket *append(struct sockets *sockets, const struct served_socket *served)
{
	struct served_socket *copy;

	if (sockets->count == sockets->room) {
		size_t room = sockets->room ? 2 * sockets->room : 16;
		struct served_socket **more;

		more = reallocarray(sockets->list, room, sizeof(*more));
		if (!more)
			return NULL;
		sockets->list = more;
		sockets->room = room;
	}
	copy = malloc(sizeof(*copy));
	if (!copy)
		return NULL;
	*copy = *served;
	sockets->list[sockets->count++] = copy;
	return copy;
}

static int open_socket(struct sockets *sockets, const struct socket_place *place, __u32 worker,
		       struct xe_error *error)
{
	struct served_socket new = {.place = *place, .worker = worker}, *served;

	new.fd = socket_open(place, sockets->nic->name, error);
	if (new.fd < 0)
		return new.fd;
	if (sockets->worker_count > 1)
		(void)socket_steer_by_cpu(new.fd, sockets->worker_count);
	served = append(sockets, &new);
	if (!served) {
		close(new.fd);
		return xe_fail(error, ENOMEM, "out of memory");
	}
	return socket_worker_add(&sockets->workers[worker], served, error);
}

static void finish_unwanted(struct socket_worker *worker, void *argument)
{
	struct sockets *sockets = argument;

	for (size_t i = 0; i < sockets->count; i++)
		if (sockets->list[i]->is_unwanted && sockets->list[i]->worker == worker->index)
			socket_worker_finish(worker, sockets->list[i]);
}

/* First none of them may be found by the kernel any more, then they are emptied. */
static void remove_unwanted(struct sockets *sockets)
{
	size_t kept = 0, unwanted = 0;

	for (size_t i = 0; i < sockets->count; i++) {
		const struct served_socket *served = sockets->list[i];

		if (!served->is_unwanted)
			continue;
		unwanted++;
		if (sockets->is_started)
			socket_retire(served->fd, served->place.family);
	}
	if (!unwanted)
		return;
	if (sockets->is_started)
		wait_grace_period();
	for (__u32 i = 0; i < sockets->worker_count; i++)
		socket_worker_do(&sockets->workers[i], finish_unwanted, sockets);
	for (size_t i = 0; i < sockets->count; i++) {
		if (sockets->list[i]->is_unwanted)
			free(sockets->list[i]);
		else
			sockets->list[kept++] = sockets->list[i];
	}
	sockets->count = kept;
}

/* --- what there is, and what there should be ------------------------------------------------- */

static void find_ports(const struct sockets *sockets, __u32 ifindex, __u8 family,
		       struct port_set *found)
{
	memset(found, 0, sizeof(*found));
	for (size_t i = 0; i < sockets->count; i++) {
		const struct socket_place *place = &sockets->list[i]->place;

		if (place->ifindex == ifindex && place->family == family)
			found->is_open[place->port] = true;
	}
}

static int open_port(struct sockets *sockets, const struct socket_place *place,
		     struct xe_error *error)
{
	int err = 0;

	for (__u32 worker = 0; !err && worker < sockets->worker_count; worker++)
		err = open_socket(sockets, place, worker, error);
	return err;
}

/* A family that the kernel is without has no pings either. */
static int open_family(struct sockets *sockets, const struct nic_level *level, __u8 family,
		       const struct xe_policy *policy, struct xe_error *error)
{
	struct socket_place place = {level->ifindex, level->vlan, 0, family};
	struct port_set there;

	find_ports(sockets, level->ifindex, family, &there);
	for (__u32 port = 1; port < PORTS; port++) {
		int err;

		place.port = xe_wire16(port);
		if (!policy_serves_port(policy, port) || there.is_open[place.port])
			continue;
		err = open_port(sockets, &place, error);
		if (err)
			return err == -EAFNOSUPPORT ? 0 : err;
	}
	return 0;
}

/* A device that is only down keeps its sockets: ports below 1024 might not be had again. */
static bool device_is_there(const struct nic_level *levels, size_t count, __u32 ifindex)
{
	struct xe_error gone = {};
	struct nic nic;

	for (size_t i = 0; i < count; i++)
		if (levels[i].ifindex == ifindex)
			return true;
	return nic_find_index(ifindex, &nic, &gone) != -ENODEV;
}

static void mark_unwanted(struct sockets *sockets, const struct nic_level *levels, size_t count,
			  const struct xe_policy *policy)
{
	__u32 asked = 0; /* about this device last time */
	bool is_there = false;

	for (size_t i = 0; i < sockets->count; i++) {
		struct served_socket *served = sockets->list[i];
		__u32 port = xe_host16(served->place.port);

		if (served->place.ifindex != asked) {
			asked = served->place.ifindex;
			is_there = device_is_there(levels, count, asked);
		}
		served->is_unwanted = !is_there || !policy_serves_port(policy, port);
	}
}

/* Opens what is missing; what fails leaves nothing that was not there before. */
static int open_missing(struct sockets *sockets, const struct nic_level *levels, size_t count,
			const struct xe_policy *policy, struct xe_error *error)
{
	size_t before = sockets->count;
	int err = check_limit(sockets, policy, count, sockets->worker_count, error);

	for (size_t i = 0; !err && i < count; i++) {
		err = open_family(sockets, &levels[i], XE_IPV4, policy, error);
		if (!err)
			err = open_family(sockets, &levels[i], XE_IPV6, policy, error);
	}
	if (!err)
		return 0;
	for (size_t i = 0; i < sockets->count; i++)
		sockets->list[i]->is_unwanted = i >= before;
	remove_unwanted(sockets);
	return err;
}

/* --- the policy ------------------------------------------------------------------------------ */

/* Lists that are not those of the policy would be walked beyond their end: better none, which
 * refuses everybody. */
static struct socket_rules *copy_rules(const struct xe_policy *policy,
				       const struct xe_prefixes *lists, struct xe_error *error)
{
	struct socket_rules *copy = malloc(sizeof(*copy));

	if (!copy) {
		xe_fail(error, ENOMEM, "out of memory");
		return NULL;
	}
	memcpy(&copy->policy, policy, sizeof(copy->policy));
	copy->lists = lists && lists->nodes == policy->prefix_nodes ? lists : NULL;
	return copy;
}

static void obey(struct socket_worker *worker, void *argument)
{
	worker->rules = argument;
}

/* `rules` is from malloc; those before it are in no worker's hands any more. */
static void replace_rules(struct sockets *sockets, struct socket_rules *rules)
{
	for (__u32 i = 0; i < sockets->worker_count; i++)
		socket_worker_do(&sockets->workers[i], obey, rules);
	free(sockets->rules);
	sockets->rules = rules;
}

static void serve(struct socket_worker *worker, void *argument)
{
	worker->more = argument;
}

void sockets_serve(struct sockets *sockets, struct address_list *more)
{
	for (__u32 i = 0; i < sockets->worker_count; i++)
		socket_worker_do(&sockets->workers[i], serve, more);
	free(sockets->more);
	sockets->more = more;
}

/* Ports that are new are bound before anything changes, those that are gone are left last. */
static int change(struct sockets *sockets, const struct xe_policy *policy, struct xe_error *error)
{
	struct nic_level *levels;
	size_t count;
	int err = nic_levels(sockets->nic->ifindex, &levels, &count, error);

	if (err)
		return err;
	err = open_missing(sockets, levels, count, policy, error);
	if (!err) {
		mark_unwanted(sockets, levels, count, policy);
		remove_unwanted(sockets);
	}
	free(levels);
	return err;
}

int sockets_follow(struct sockets *sockets, const struct xe_policy *policy,
		   const struct xe_prefixes *lists, struct xe_error *error)
{
	struct socket_rules *copy;
	int err;

	if (!policy)
		return change(sockets, &sockets->rules->policy, error);
	copy = copy_rules(policy, lists, error);
	if (!copy)
		return -ENOMEM;
	err = change(sockets, &copy->policy, error);
	if (err)
		free(copy);
	else
		replace_rules(sockets, copy);
	return err;
}

/* --- begin and end --------------------------------------------------------------------------- */

/* One core is enough for one worker; where many ports use up the descriptors, there is one too. */
static __u32 choose_workers(const struct sockets *sockets, const struct xe_policy *policy)
{
	struct xe_error too_many = {};

	if (sysconf(_SC_NPROCESSORS_ONLN) < WORKERS ||
	    check_limit(sockets, policy, 1, WORKERS, &too_many))
		return 1;
	return WORKERS;
}

static int open_workers(struct sockets *sockets, struct xe_error *error)
{
	for (__u32 i = 0; i < sockets->worker_count; i++) {
		struct socket_worker *worker = &sockets->workers[i];
		int err;

		worker->rules = sockets->rules;
		err = socket_worker_open(worker, error);
		if (err)
			return err;
	}
	return 0;
}

int sockets_open(struct sockets **out, const struct nic *nic, const struct xe_policy *policy,
		 const struct xe_prefixes *lists, struct xe_error *error)
{
	struct sockets *sockets = calloc(1, sizeof(*sockets));
	int err = 0;

	if (!sockets)
		return xe_fail(error, ENOMEM, "out of memory");
	sockets->nic = nic;
	sockets->worker_count = choose_workers(sockets, policy);
	for (__u32 i = 0; i < WORKERS; i++)
		socket_worker_init(&sockets->workers[i], i);
	sockets->rules = copy_rules(policy, lists, error);
	if (!sockets->rules)
		err = -ENOMEM;
	if (!err)
		err = open_workers(sockets, error);
	if (err)
		sockets_close(sockets);
	else
		*out = sockets;
	return err;
}

int sockets_start(struct sockets *sockets, struct xe_state *state, struct xe_error *error)
{
	int err = 0;

	for (__u32 i = 0; !err && !sockets->is_started && i < sockets->worker_count; i++) {
		struct socket_worker *worker = &sockets->workers[i];

		worker->state = state;
		worker->counters = &state->counters[XE_SOCKET][i];
		err = socket_worker_start(worker, error);
	}
	if (!err)
		sockets->is_started = true;
	return err;
}

__u64 sockets_capabilities(const struct sockets *sockets)
{
	for (__u32 port = 0; sockets->nic->has_mac && port < 1024; port++)
		if (policy_serves_port(&sockets->rules->policy, port))
			return 1ULL << CAP_NET_BIND_SERVICE;
	return 0;
}

__u32 sockets_workers(const struct sockets *sockets)
{
	return sockets->worker_count;
}

void sockets_close(struct sockets *sockets)
{
	if (!sockets)
		return;
	for (size_t i = 0; i < sockets->count; i++)
		sockets->list[i]->is_unwanted = true;
	remove_unwanted(sockets);
	for (__u32 i = 0; i < sockets->worker_count; i++) {
		socket_worker_stop(&sockets->workers[i]);
		socket_worker_close(&sockets->workers[i]);
	}
	free(sockets->rules);
	free(sockets->more);
	free(sockets->list);
	free(sockets);
}
