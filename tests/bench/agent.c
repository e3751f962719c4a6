// SPDX-License-Identifier: GPL-2.0-only
/* agent.c - see agent.h. */
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent.h"
#include "load.h"
#include "net.h"
#include "pinger.h"
#include "server.h"

#include "bench_limit.skel.h"

struct pair {
	int home; /* namespace to come back to */
	struct bench_limit *limit;
	struct server server;
	struct pinger pingers[2];
	char command[4096]; /* beginning of every command line: in the server's namespace */
};

/* --- attach ---------------------------------------------------------------------------------- */

static int detach(struct pair *pair, struct xe_error *error)
{
	return net_command(error, "%s detach s0 s1 >/dev/null", pair->command);
}

/* Milliseconds from the start of the command to the first reply on the later interface. */
static int sample_attach(void *context, double *value, struct xe_error *error)
{
	struct pair *pair = context;
	double start = pinger_clock();
	bool answered[2] = {false, false};
	char line[8192];
	FILE *command;
	int err = 0;

	snprintf(line, sizeof(line), "%s attach --mode native s0 s1 >/dev/null", pair->command);
	command = popen(line, "re");
	if (!command)
		return xe_fail(error, errno, "cannot run %s: %s", line, strerror(errno));
	while (!err && !(answered[0] && answered[1]) && pinger_clock() < start + 10) {
		for (int i = 0; i < 2 && !err; i++) {
			err = answered[i] ? 0 : pinger_send(&pair->pingers[i], error);
			answered[i] |= pinger_receive(&pair->pingers[i], 0);
		}
		usleep(200);
	}
	*value = (pinger_clock() - start) * 1e3;
	if (pclose(command) && !err)
		err = xe_fail(error, EIO, "failed: %s", line);
	if (!err && !(answered[0] && answered[1]))
		err = xe_fail(error, ETIMEDOUT, "no reply after attach");
	return err ?: detach(pair, error);
}

/* The server's end of a veth, under a name of its own, and the client's with a program. */
static int add_interface(struct pair *pair, int i, struct xe_error *error)
{
	char name[16];
	int client, server, err;

	snprintf(name, sizeof(name), "pair%d", i);
	err = net_veth(name, &client, &server, error);
	if (!err)
		err = net_command(error, "ip link set %s-server netns %d name s%d", name,
				  pair->server.pid, i);
	if (!err)
		err = net_command(error,
				  "nsenter --net=/proc/%d/ns/net sh -ec 'ip link set s%d up; "
				  "ip address add " LOAD_ADDRESS "/8 dev s%d'",
				  pair->server.pid, i, i);
	if (!err)
		err = net_attach(client, pair->limit->progs.pass, XDP_FLAGS_DRV_MODE, error);
	return err ?: pinger_open(&pair->pingers[i], client, error);
}

static int open_pair(struct pair *pair, struct xe_error *error)
{
	char directory[3072];
	int err = net_enter_with_limit(&pair->home, &pair->limit, error);

	if (err)
		return err;
	err = server_start(&pair->server, SERVER_NONE, -1, false, -1, error);
	if (err)
		return err;
	server_directory(directory, sizeof(directory));
	snprintf(pair->command, sizeof(pair->command), "nsenter --net=/proc/%d/ns/net %s/xdp-echo",
		 pair->server.pid, directory);
	for (int i = 0; i < 2 && !err; i++)
		err = add_interface(pair, i, error);
	return err;
}

static void close_pair(struct pair *pair)
{
	struct xe_error ignored = {0};

	if (pair->pingers[1].fd >= 0) /* after a failure it is attached still */
		net_command(&ignored, "%s detach s0 s1 >/dev/null 2>&1", pair->command);
	for (int i = 0; i < 2; i++)
		pinger_close(&pair->pingers[i]);
	server_stop(&pair->server);
	net_leave_with_limit(pair->home, pair->limit);
}

int attach_measure(struct measure *measure, unsigned int rounds, struct xe_error *error)
{
	struct pair pair = {.home = -1, .pingers = {{.fd = -1}, {.fd = -1}}};
	int err;

	*measure = (struct measure){
		.name = "attach",
		.title = "attach of two interfaces, to the first reply on both",
		.unit = "milliseconds",
		.by_best = true,
		.cells = calloc(1, sizeof(struct cell)),
	};
	if (!measure->cells)
		return xe_fail(error, ENOMEM, "no memory");
	err = open_pair(&pair, error);
	if (!err) {
		measure_add(measure, (struct cell){
					     .contender = "xdp-echo native",
					     .load = "two interfaces",
					     .sample = sample_attach,
					     .context = &pair,
					     .target = 150,
				     });
		err = measure_run(measure, rounds, error);
	}
	close_pair(&pair);
	return err;
}

/* --- memory ---------------------------------------------------------------------------------- */

static int sample_memory(void *context, double *value, struct xe_error *error)
{
	*value = server_memory(context);
	return *value > 0 ? 0 : xe_fail(error, ESRCH, "the agent has ended");
}

int memory_measure(struct measure *measure, unsigned int rounds, struct xe_error *error)
{
	struct server server = {0};
	struct pinger pinger = {.fd = -1};
	int home = -1, err;

	*measure = (struct measure){
		.name = "memory",
		.title = "Resident memory of an agent",
		.unit = "MiB",
		.cells = calloc(1, sizeof(struct cell)),
	};
	if (!measure->cells)
		return xe_fail(error, ENOMEM, "no memory");
	err = net_enter(&home, error);
	if (!err)
		err = server_start(&server, SERVER_SOCKET, -1, false, -1, error);
	if (!err)
		err = pinger_open(&pinger, server.client, error);
	if (!err)
		err = pinger_await(&pinger, server_name(SERVER_SOCKET), error);
	if (!err) {
		measure_add(measure, (struct cell){
					     .contender = server_name(SERVER_SOCKET),
					     .load = "a worker for each CPU",
					     .sample = sample_memory,
					     .context = &server,
					     .target = 4,
				     });
		err = measure_run(measure, rounds, error);
	}
	pinger_close(&pinger);
	server_stop(&server);
	net_leave(home);
	return err;
}
