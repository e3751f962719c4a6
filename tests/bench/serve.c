// SPDX-License-Identifier: GPL-2.0-only
/* serve.c - see serve.h. */
#include <bpf/bpf.h>
#include <errno.h>
#include <linux/if_link.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "load.h"
#include "net.h"
#include "serve.h"
#include "server.h"

#include "bench_limit.skel.h"

static const struct load loads[] = {
	{"1 flow", XE_IPV4, false, 1, 22, 1, 1, RULES_DEFAULT, 0},
	{"1 flow, 512 bytes", XE_IPV4, false, 1, 470, 1, 1, RULES_DEFAULT, 0},
	{"1 flow, 1400 bytes", XE_IPV4, false, 1, 1358, 1, 1, RULES_DEFAULT, 0},
	{"1 flow, IPv6", XE_IPV6, false, 1, 22, 1, 1, RULES_DEFAULT, 0},
	{"10,000 flows, runs of 16", XE_IPV4, false, 10000, 22, 1, 1, RULES_DEFAULT, 16},
	{"10,000 flows in turn", XE_IPV4, false, 10000, 22, 1, 1, RULES_DEFAULT, 1},
};

/* Wanted against the best rival. */
static const double socket_targets[] = {2.5, 2.5, 2.5, 2.5, 2.5, 1.0};
static const double afxdp_target = 2.0;

static const enum server_kind kinds[] = {SERVER_AFXDP,    SERVER_SOCKET, SERVER_RECVFROM,
					 SERVER_SOCKPERF, SERVER_XINETD, SERVER_SOCAT};

enum { LOADS = sizeof(loads) / sizeof(loads[0]), SERVERS = sizeof(kinds) / sizeof(kinds[0]) };

enum { READY_TRIES = 200 };

struct serve;

struct subject {
	struct serve *serve;
	const struct load *load;
	const struct server *server;
};

struct serve {
	int home; /* namespace to come back to */
	unsigned int milliseconds;
	struct bench_limit *limit;
	struct server servers[SERVERS], park;
	struct subject subjects[SERVERS * LOADS];
};

static void on_alarm(int signal)
{
	(void)signal;
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec * 1e-9;
}

/* The generator ends when a signal comes. */
static void set_alarm(unsigned int milliseconds)
{
	const struct itimerval timer = {.it_value = {.tv_usec = milliseconds * 1000}};

	setitimer(ITIMER_REAL, &timer, NULL);
}

/* Feeds the server for so long; *rate is millions of replies per second. */
static int feed(const struct subject *subject, unsigned int milliseconds, double *rate,
		struct xe_error *error)
{
	static __u8 frame[2048];
	struct bench_limit__bss *memory = subject->serve->limit->bss;
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = frame,
		    .flags = BPF_F_TEST_XDP_LIVE_FRAMES, .repeat = 1 << 30);
	int generator = bpf_program__fd(subject->serve->limit->progs.feed), err;
	double start;

	load_request(subject->load, &memory->request);
	load_frame(subject->load, frame);
	options.data_size_in = memory->request.size;
	memory->target = subject->server->client;
	options.batch_size = memory->window = server_window(subject->server->kind);
	memory->sent = memory->replies = memory->waited = 0;
	set_alarm(milliseconds);
	start = seconds();
	err = bpf_prog_test_run_opts(generator, &options);
	*rate = *(volatile __u64 *)&memory->replies / (seconds() - start) / 1e6;
	if (err && err != -EINTR)
		return xe_fail(error, -err, "cannot send live frames: %s", strerror(-err));
	usleep(1000); /* what is still under way belongs to nobody */
	return 0;
}

static int sample(void *context, double *value, struct xe_error *error)
{
	const struct subject *subject = context;
	int err = feed(subject, subject->serve->milliseconds, value, error);

	if (!err && *value <= 0)
		return xe_fail(error, EPROTO, "%s, %s: no reply",
			       server_name(subject->server->kind), subject->load->name);
	return err;
}

/* A server takes a while to come up. */
static int await(struct serve *serve, const struct server *server, struct xe_error *error)
{
	const struct subject subject = {.serve = serve, .load = &loads[0], .server = server};
	double rate;
	int err = 0;

	for (int tries = 0; tries < READY_TRIES && !err; tries++) {
		err = feed(&subject, 5, &rate, error);
		if (!err && rate > 0)
			return 0;
		usleep(20000);
	}
	return err ?: xe_fail(error, ETIMEDOUT, "%s does not answer", server_name(server->kind));
}

static int open_server(struct serve *serve, int i, int cpu, struct xe_error *error)
{
	struct server *server = &serve->servers[i];
	int err = server_start(server, kinds[i], cpu, true, -1, error);

	if (!err)
		err = net_attach(server->client, serve->limit->progs.sink, XDP_FLAGS_DRV_MODE,
				 error);
	return err ?: await(serve, server, error);
}

/* The generator is attached where nothing arrives, since test_run then starts at once. */
static int open_serve(struct serve *serve, int cpu, struct xe_error *error)
{
	int client, idle, err = net_enter_with_limit(&serve->home, &serve->limit, error);

	if (err)
		return err;
	err = net_veth("park", &client, &idle, error);
	if (!err)
		err = net_attach(idle, serve->limit->progs.feed, XDP_FLAGS_DRV_MODE, error);
	for (int i = 0; i < SERVERS && !err; i++)
		err = open_server(serve, i, cpu, error);
	return err;
}

static void close_serve(struct serve *serve)
{
	for (int i = 0; i < SERVERS; i++)
		server_stop(&serve->servers[i]);
	net_leave_with_limit(serve->home, serve->limit);
}

static double target(enum server_kind kind, int load)
{
	if (kind == SERVER_AFXDP)
		return afxdp_target;
	return kind == SERVER_SOCKET ? socket_targets[load] : 0;
}

static void add_again(struct measure *measure, struct cell *cell)
{
	measure_add(measure, (struct cell){
				     .contender = "recvfrom loop, again",
				     .load = cell->load,
				     .sample = sample,
				     .context = cell->context,
				     .baseline = cell,
				     .again = true,
			     });
}

static void fill_measure(struct measure *measure, struct serve *serve)
{
	struct cell *cell;

	for (int load = 0; load < LOADS; load++) {
		for (int i = 0; i < SERVERS; i++) {
			struct subject *subject = &serve->subjects[load * SERVERS + i];

			if ((loads[load].sources > 1 && server_takes_one_flow(kinds[i])) ||
			    (loads[load].family == XE_IPV6 && !server_takes_ipv6(kinds[i])))
				continue;
			*subject = (struct subject){serve, &loads[load], &serve->servers[i]};
			cell = measure_add(measure,
					   (struct cell){
						   .contender = server_name(kinds[i]),
						   .load = loads[load].name,
						   .sample = sample,
						   .context = subject,
						   .rival = server_is_rival(kinds[i]),
						   .against_rivals = !server_is_rival(kinds[i]),
						   .target = target(kinds[i], load),
					   });
			if (kinds[i] == SERVER_RECVFROM)
				add_again(measure, cell);
		}
	}
}

int serve_measure(struct measure *measure, unsigned int rounds, unsigned int milliseconds, int cpu,
		  struct xe_error *error)
{
	struct serve *serve = calloc(1, sizeof(*serve));
	int err;

	*measure = (struct measure){
		.name = "servers",
		.title =
			"Replies per second of userspace servers, generator and server on one core",
		.unit = "millions",
		.more_is_better = true,
		.by_best = true,
		.cells = calloc((SERVERS + 1) * LOADS, sizeof(struct cell)),
	};
	if (!serve || !measure->cells) {
		free(serve);
		return xe_fail(error, ENOMEM, "no memory");
	}
	signal(SIGALRM, on_alarm);
	serve->home = -1;
	serve->milliseconds = milliseconds;
	err = open_serve(serve, cpu, error);
	if (!err) {
		fill_measure(measure, serve);
		err = measure_run(measure, rounds, error);
	}
	close_serve(serve);
	free(serve);
	return err;
}
