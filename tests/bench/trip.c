// SPDX-License-Identifier: GPL-2.0-only
/* trip.c - see trip.h. */
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_link.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "load.h"
#include "net.h"
#include "pinger.h"
#include "server.h"
#include "trip.h"

#include "bench_limit.skel.h"

static const enum server_kind kinds[] = {
	SERVER_SWAP,   SERVER_DROP,     SERVER_NATIVE,   SERVER_AFXDP,  SERVER_AFXDP_BUSY,
	SERVER_SOCKET, SERVER_RECVFROM, SERVER_SOCKPERF, SERVER_XINETD, SERVER_SOCAT,
};

enum { SERVERS = sizeof(kinds) / sizeof(kinds[0]), MAX_CELLS = 2 * SERVERS };

struct trip;

struct subject {
	struct trip *trip;
	const struct server *server;
	struct pinger pinger;
};

struct trip {
	int home; /* namespace to come back to */
	unsigned int pings;
	int percent;
	struct bench_limit *limit;
	struct server servers[SERVERS];
	struct subject subjects[SERVERS];
};

static void wait_until(double when)
{
	struct timespec time = {.tv_sec = when, .tv_nsec = (when - (time_t)when) * 1e9};

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL);
}

static int by_time(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Microseconds; a request without a reply is none at all. */
static int sample_trip(void *context, double *value, struct xe_error *error)
{
	struct subject *subject = context;
	const unsigned int pings = subject->trip->pings;
	double *times = calloc(pings, sizeof(*times)), next = pinger_clock(), sent;
	unsigned int count = 0;
	int err = 0;

	if (!times)
		return xe_fail(error, ENOMEM, "no memory for %u times", pings);
	for (unsigned int i = 0; i < pings && !err; i++) {
		wait_until(next += 1e-3);
		sent = pinger_clock();
		err = pinger_send(&subject->pinger, error);
		if (!err && pinger_receive(&subject->pinger, 20e-3))
			times[count++] = (pinger_clock() - sent) * 1e6;
		else
			next = pinger_clock();
	}
	if (!err && count < pings / 2)
		err = xe_fail(error, EPROTO, "%s: %u replies to %u pings",
			      server_name(subject->server->kind), count, pings);
	if (!err) {
		qsort(times, count, sizeof(*times), by_time);
		*value = times[(count - 1) * subject->trip->percent / 100];
	}
	free(times);
	return err;
}

/* One that spins has the CPU of all servers while it is measured, and at no other time. */
static int sample_spinning(void *context, double *value, struct xe_error *error)
{
	struct subject *subject = context;
	int err;

	server_resume(subject->server);
	err = sample_trip(subject, value, error);
	server_pause(subject->server);
	return err;
}

/* Until no reply has come for a while. */
static void settle(const volatile __u64 *replies)
{
	__u64 before;

	do {
		before = *replies;
		usleep(20000);
	} while (*replies != before);
}

static double own_time(void)
{
	struct timespec time;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
	return time.tv_sec + time.tv_nsec * 1e-9;
}

/*
 * What sending costs us, as the kernel's share of the work is done on the way, and what the
 * server's process takes: nanoseconds a reply. The drop program's are subtracted later.
 */
static int sample_spent(void *context, double *value, struct xe_error *error)
{
	struct subject *subject = context;
	struct bench_limit__bss *memory = subject->trip->limit->bss;
	double before = server_cpu_time(subject->server), next = pinger_clock(), spent = 0, begun;
	__u64 answers = subject->server->kind == SERVER_DROP ? subject->trip->pings : 0;
	int err = 0;

	memory->replies = 0;
	for (unsigned int i = 0; i < subject->trip->pings && !err; i++) {
		next += 10e-6;
		while (pinger_clock() < next)
			;
		begun = own_time();
		err = pinger_send(&subject->pinger, error);
		spent += own_time() - begun;
	}
	settle(&memory->replies);
	spent += server_cpu_time(subject->server) - before;
	answers += *(volatile __u64 *)&memory->replies;
	if (!err && answers < subject->trip->pings / 10)
		err = xe_fail(error, EPROTO, "%s: %llu replies to %u pings",
			      server_name(subject->server->kind), answers, subject->trip->pings);
	*value = spent / answers * 1e9;
	return err;
}

static int program_of(const struct trip *trip, enum server_kind kind)
{
	return bpf_program__fd(kind == SERVER_SWAP ? trip->limit->progs.limit_mac_swap
						   : trip->limit->progs.limit_drop);
}

static int open_server(struct trip *trip, int i, int cpu, struct xe_error *error)
{
	struct server *server = &trip->servers[i];
	struct subject *subject = &trip->subjects[i];
	int err = server_start(server, kinds[i], cpu, true, program_of(trip, kinds[i]), error);

	subject->trip = trip;
	subject->server = server;
	/* a native program sends back only to an interface that has one, too */
	if (!err)
		err = net_attach(server->client, trip->limit->progs.pass, XDP_FLAGS_DRV_MODE,
				 error);
	if (!err)
		err = pinger_open(&subject->pinger, server->client, error);
	if (!err && kinds[i] != SERVER_DROP)
		err = pinger_await(&subject->pinger, server_name(kinds[i]), error);
	if (!err && !trip->percent)
		err = net_attach(server->client, trip->limit->progs.sink, XDP_FLAGS_DRV_MODE,
				 error);
	return err;
}

static int open_trip(struct trip *trip, int cpu, struct xe_error *error)
{
	static const struct load load = {"1 flow", XE_IPV4, false, 1, 22, 1, 1, RULES_DEFAULT, 0};
	int err = net_enter_with_limit(&trip->home, &trip->limit, error);

	if (err)
		return err;
	load_request(&load, &trip->limit->bss->request);
	for (int i = 0; i < SERVERS && !err; i++)
		err = open_server(trip, i, cpu, error);
	/* not before all are up: while it attaches it holds a lock that the others wait for */
	for (int i = 0; i < SERVERS && !err; i++)
		if (server_spins(kinds[i]))
			server_pause(&trip->servers[i]);
	return err;
}

static void close_trip(struct trip *trip)
{
	for (int i = 0; i < SERVERS; i++) {
		pinger_close(&trip->subjects[i].pinger);
		server_stop(&trip->servers[i]);
	}
	net_leave_with_limit(trip->home, trip->limit);
}

static struct cell *add(struct measure *measure, struct subject *subject,
			int (*sample)(void *, double *, struct xe_error *))
{
	enum server_kind kind = subject->server->kind;

	return measure_add(measure, (struct cell){
					    .contender = server_name(kind),
					    .load = "1 flow",
					    .sample = sample,
					    .context = subject,
					    .rival = server_is_rival(kind),
				    });
}

static void add_again(struct measure *measure, struct subject *subject, struct cell *cell)
{
	struct cell *again = add(measure, subject, cell->sample);

	again->contender = "MAC swap, again";
	again->baseline = cell;
	again->again = true;
	again->minus = cell->minus;
}

/* Against a bare MAC swap, and once more against the best of what a user would pick. */
static void fill_trip(struct measure *measure, struct trip *trip)
{
	struct cell *swap = NULL, *cell;

	for (int i = 0; i < SERVERS; i++) {
		if (kinds[i] == SERVER_DROP)
			continue;
		cell = add(measure, &trip->subjects[i],
			   server_spins(kinds[i]) ? sample_spinning : sample_trip);
		if (kinds[i] == SERVER_SWAP) {
			swap = cell;
			add_again(measure, &trip->subjects[i], cell);
		}
		if (kinds[i] == SERVER_NATIVE) {
			cell->baseline = swap;
			cell->target = 1.05;
			if (trip->percent != 50)
				continue;
			cell = add(measure, &trip->subjects[i], sample_trip);
			cell->target = 1.0 / 6;
		}
		cell->against_rivals = kinds[i] >= SERVER_NATIVE && !server_is_rival(kinds[i]);
		if (kinds[i] == SERVER_AFXDP_BUSY && trip->percent == 50)
			cell->target = 0.5;
	}
}

static void fill_spent(struct measure *measure, struct trip *trip)
{
	struct cell *drop = add(measure, &trip->subjects[1], sample_spent), *cell;

	for (int i = 0; i < SERVERS; i++) {
		/* xinetd throws most of them away (server.c), one that spins takes all */
		if (kinds[i] == SERVER_DROP || kinds[i] == SERVER_XINETD || server_spins(kinds[i]))
			continue;
		cell = add(measure, &trip->subjects[i], sample_spent);
		cell->minus = drop;
		if (kinds[i] == SERVER_SWAP)
			add_again(measure, &trip->subjects[i], cell);
		cell->against_rivals = !server_is_rival(kinds[i]);
		if (kinds[i] == SERVER_NATIVE)
			cell->target = 1.0 / 15;
	}
}

/* So that what else runs here does not get in between; a client that sleeps most of the time
 * takes nothing away from it. */
static void set_urgent(bool urgent)
{
	const struct sched_param param = {.sched_priority = urgent ? 1 : 0};

	if (sched_setscheduler(0, urgent ? SCHED_FIFO : SCHED_OTHER, &param))
		perror("bench: no real-time priority");
}

static int run(struct measure *measure, unsigned int rounds, unsigned int pings, int percent,
	       int cpu, struct xe_error *error)
{
	struct trip *trip = calloc(1, sizeof(*trip));
	int err;

	measure->cells = calloc(MAX_CELLS, sizeof(struct cell));
	measure->by_best = true;
	if (!trip || !measure->cells) {
		free(trip);
		return xe_fail(error, ENOMEM, "no memory");
	}
	*trip = (struct trip){.home = -1, .pings = pings, .percent = percent};
	for (int i = 0; i < SERVERS; i++)
		trip->subjects[i].pinger.fd = -1;
	err = open_trip(trip, cpu, error);
	if (!err) {
		set_urgent(trip->percent != 0);
		percent ? fill_trip(measure, trip) : fill_spent(measure, trip);
		err = measure_run(measure, rounds, error);
	}
	set_urgent(false);
	close_trip(trip);
	free(trip);
	return err;
}

int trip_measure(struct measure *measure, unsigned int rounds, unsigned int pings, int percent,
		 int cpu, struct xe_error *error)
{
	*measure = (struct measure){
		.name = percent == 50 ? "trip" : "trip99",
		.title = percent == 50 ? "Round trip at 1,000 pings a second, p50"
				       : "Round trip at 1,000 pings a second, p99",
		.unit = "microseconds",
	};
	return run(measure, rounds, pings, percent, cpu, error);
}

int spent_measure(struct measure *measure, unsigned int rounds, unsigned int pings, int cpu,
		  struct xe_error *error)
{
	*measure = (struct measure){
		.name = "spent",
		.title = "CPU time of a reply at 100,000 pings a second",
		.unit = "nanoseconds",
	};
	return run(measure, rounds, pings, 0, cpu, error);
}
