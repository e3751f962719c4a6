// SPDX-License-Identifier: GPL-2.0-only
/*
 * rate_test.c - a source that sends at twice its rate gets its rate, over ten seconds, from one CPU
 * and from two at once; so does the interface's total, which CPUs take in shares. The kernel's own
 * clock counts, and the test measures by the same one: it may run as slowly as it likes. All three
 * run at once, as ten seconds are long.
 */
#include <arpa/inet.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <cmocka.h>

#include "packet_table.h"
#include "policy.h"
#include "xdp_echo.skel.h"

#define SECOND 1000000000ULL

/* The burst lets a sender that was not scheduled for half a second make up for it. */
enum { PPS = 2000, BURST = 1000, SECONDS = 10 };

/* One sender: a thread that stays on a CPU. */
struct sender {
	int program, cpu, pps;
	__u64 answered, began, ended;
	pthread_t thread;
};

static __u64 now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * SECOND + time.tv_nsec;
}

static bool send_one(int program, const __u8 *frame, size_t size)
{
	__u8 out[256];
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = frame, .data_size_in = size,
		    .data_out = out, .data_size_out = sizeof(out));

	return bpf_prog_test_run_opts(program, &options) == 0 && options.retval == XDP_TX;
}

/* What a late thread has not sent is sent at once: the rate asked for is met on the whole. */
static void *send_all(void *argument)
{
	struct frame ping = PING4();
	struct sender *sender = argument;
	__u64 sent = 0, until;
	__u8 frame[FRAME_MAX];
	size_t size = frame_build(&ping, frame);
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(sender->cpu, &set);
	pthread_setaffinity_np(pthread_self(), sizeof(set), &set);
	sender->began = now();
	until = sender->began + SECONDS * SECOND;
	for (__u64 time = sender->began; time < until; time = now()) {
		const struct timespec pause = {.tv_nsec = 200000};

		for (; sent < (time - sender->began) * sender->pps / SECOND; sent++)
			sender->answered += send_one(sender->program, frame, size);
		nanosleep(&pause, NULL);
	}
	sender->ended = now();
	return NULL;
}

static struct xdp_echo_bpf *load(const char *rate, const char *total)
{
	struct xdp_echo_bpf *object = xdp_echo_bpf__open();
	struct xe_error error = {};
	struct xe_policy *policy;

	assert_non_null(object);
	policy = (struct xe_policy *)(uintptr_t)&object->rodata->policy;
	policy_init(policy);
	assert_int_equal(policy_set_rate(policy, rate, &error), 0);
	assert_int_equal(policy_set_total_rate(policy, total, &error), 0);
	assert_int_equal(policy_finish(policy, NULL, &error), 0);
	assert_int_equal(xdp_echo_bpf__load(object), 0);
	fill_table(&object->bss->state.live.table[0]);
	object->bss->state.live.offset = XE_TABLE_AT(0);
	return object;
}

/* Senders that together send twice the rate. */
static struct trial {
	const char *rate, *total;
	int senders;
	struct xdp_echo_bpf *object;
	struct sender sender[2];
} trials[] = {
	{"2000:1000", "0", 1, NULL, {}},
	{"2000:1000", "0", 2, NULL, {}},
	{"0", "2000:1000", 2, NULL, {}},
};

enum { TRIALS = sizeof(trials) / sizeof(*trials) };

static void begin(struct trial *trial)
{
	trial->object = load(trial->rate, trial->total);
	for (int i = 0; i < trial->senders; i++) {
		trial->sender[i] = (struct sender){
			.program = bpf_program__fd(trial->object->progs.xdp_echo),
			.cpu = i,
			.pps = 2 * PPS / trial->senders,
		};
		assert_int_equal(
			pthread_create(&trial->sender[i].thread, NULL, send_all, &trial->sender[i]),
			0);
	}
}

static bool is_possible(const struct trial *trial)
{
	return trial->senders <= sysconf(_SC_NPROCESSORS_ONLN);
}

static int begin_all(void **state)
{
	(void)state;
	for (int i = 0; i < TRIALS; i++)
		if (is_possible(&trials[i]))
			begin(&trials[i]);
	return 0;
}

/* Within 5 % of the rate is answered. */
static void check(struct trial *trial)
{
	__u64 answered = 0, began = ~0ULL, ended = 0, wanted;

	if (!is_possible(trial))
		skip();
	for (int i = 0; i < trial->senders; i++) {
		const struct sender *sender = &trial->sender[i];

		pthread_join(sender->thread, NULL);
		answered += sender->answered;
		began = sender->began < began ? sender->began : began;
		ended = sender->ended > ended ? sender->ended : ended;
	}
	wanted = BURST + (ended - began) * PPS / SECOND;
	print_message("%llu answered, %llu by the rate\n", answered, wanted);
	assert_in_range(answered * 100, wanted * 95, wanted * 105);
	xdp_echo_bpf__destroy(trial->object);
}

static void test_source_one_cpu(void **state)
{
	(void)state;
	check(&trials[0]);
}

static void test_source_two_cpus(void **state)
{
	(void)state;
	check(&trials[1]);
}

static void test_total_two_cpus(void **state)
{
	(void)state;
	check(&trials[2]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_source_one_cpu),
		cmocka_unit_test(test_source_two_cpus),
		cmocka_unit_test(test_total_two_cpus),
	};

	return cmocka_run_group_tests_name("rate", tests, begin_all, NULL);
}
