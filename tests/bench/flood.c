// SPDX-License-Identifier: GPL-2.0-only
/* flood.c - see flood.h. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_link.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "flood.h"
#include "load.h"
#include "net.h"

#include "bench_limit.skel.h"
#include "xdp_echo.skel.h"

static const struct load loads[] = {
	{"IPv4, 1 source", XE_IPV4, false, 1, 22, 1, 1, RULES_DEFAULT, 0},
	{"10,000 sources", XE_IPV4, false, 10000, 22, 1, 1, RULES_DEFAULT, 0},
	{"1,000,000 sources", XE_IPV4, false, 1000000, 22, 1, 1, RULES_DEFAULT, 0},
	{"512 bytes", XE_IPV4, false, 1, 470, 1, 1, RULES_DEFAULT, 0},
	{"1400 bytes", XE_IPV4, false, 1, 1358, 1, 1, RULES_DEFAULT, 0},
	{"VLAN", XE_IPV4, true, 1, 22, 1, 1, RULES_DEFAULT, 0},
	{"IPv6", XE_IPV6, false, 1, 22, 1, 1, RULES_DEFAULT, 0},
	{"IPv6, 1,000,000 sources", XE_IPV6, false, 1000000, 22, 1, 1, RULES_DEFAULT, 0},
};

enum { WARM_SPELLS = 2, SPELLS = 4 };
enum { LOADS = sizeof(loads) / sizeof(loads[0]) };

/* Each has a veth of its own, so that taking turns needs no change of set-up. */
static const struct contender {
	const char *name, *interface;
	bool product; /* xdp-echo; otherwise a bare MAC swap */
	__u32 mode;   /* XDP_FLAGS_* */
	int baseline; /* index into this table, -1 for a baseline */
	bool again;
} contenders[] = {
	{"MAC swap", "swap", false, XDP_FLAGS_DRV_MODE, -1, false},
	{"MAC swap, again", "again", false, XDP_FLAGS_DRV_MODE, 0, true},
	{"xdp-echo", "echo", true, XDP_FLAGS_DRV_MODE, 0, false},
	{"MAC swap, generic", "gswap", false, XDP_FLAGS_SKB_MODE, -1, false},
	{"xdp-echo, generic", "gecho", true, XDP_FLAGS_SKB_MODE, 3, false},
};

enum { CONTENDERS = sizeof(contenders) / sizeof(contenders[0]) };

/* Wanted of the product against a bare MAC swap in the same mode; 0: no target. */
static const double targets[LOADS] = {0.95, 0.93, 0.90, 0, 0, 0.93, 0.92, 0};
static const double generic_target = 0.98;

struct flood;

struct subject {
	struct flood *flood;
	const struct contender *contender;
	const struct load *load;
	int client; /* ifindex that the requests leave by */
};

struct flood {
	int home; /* namespace to come back to */
	unsigned int requests;
	struct bench_limit *limit;
	struct xdp_echo_bpf *echo[CONTENDERS]; /* NULL for a limit */
	int client[CONTENDERS];
	struct subject subjects[CONTENDERS * LOADS];
};

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec * 1e-9;
}

/* What is still on its way arrives before the next sample begins. */
static void settle(const struct flood *flood)
{
	volatile __u64 *replies = &flood->limit->bss->replies;
	__u64 before;

	do {
		before = *replies;
		usleep(100);
	} while (*replies != before);
}

/* Sends the requests of one spell; *rate is millions of replies per second. */
static int send_spell(const struct subject *subject, double *rate, struct xe_error *error)
{
	static __u8 frame[2048];
	struct bench_limit__bss *memory = subject->flood->limit->bss;
	const unsigned int requests = subject->flood->requests;
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = frame,
		    .data_size_in = memory->request.size, .flags = BPF_F_TEST_XDP_LIVE_FRAMES,
		    .repeat = requests);
	int generator = bpf_program__fd(subject->flood->limit->progs.generate);
	double start = seconds();
	int err;

	memory->replies = 0;
	err = bpf_prog_test_run_opts(generator, &options);
	*rate = *(volatile __u64 *)&memory->replies / (seconds() - start) / 1e6;
	if (err)
		return xe_fail(error, -err, "cannot send live frames: %s", strerror(-err));
	settle(subject->flood);
	if (memory->replies < requests / 2)
		return xe_fail(error, EPROTO, "%s, %s: %llu replies to %u requests",
			       subject->contender->name, subject->load->name, memory->replies,
			       requests);
	return 0;
}

/* The best of several spells; those before them bring the server's memory into the caches. */
static int sample(void *context, double *value, struct xe_error *error)
{
	const struct subject *subject = context;
	struct bench_limit__bss *memory = subject->flood->limit->bss;
	double rate;
	int err = 0;

	load_request(subject->load, &memory->request);
	memory->target = subject->client;
	*value = 0;
	for (int spell = -WARM_SPELLS; spell < SPELLS && !err; spell++) {
		err = send_spell(subject, &rate, error);
		if (spell >= 0 && rate > *value)
			*value = rate;
	}
	return err;
}

/* One policy and one table serve every load. */
static int load_product(struct flood *flood, int i, struct xe_error *error)
{
	struct xdp_echo_bpf *echo = xdp_echo_bpf__open();
	int err;

	flood->echo[i] = echo;
	if (!echo)
		return xe_fail(error, errno, "cannot open the program: %s", strerror(errno));
	load_policy(&loads[0], (struct xe_policy *)&echo->rodata->policy);
	err = xdp_echo_bpf__load(echo);
	if (err)
		return xe_fail(error, -err, "cannot load the program: %s", strerror(-err));
	echo->bss->state.live.offset = XE_TABLE_AT(0);
	return load_table(&loads[0], &echo->bss->state.live.table[0], error);
}

static int open_contender(struct flood *flood, int i, struct xe_error *error)
{
	const struct contender *contender = &contenders[i];
	const struct bpf_program *program = flood->limit->progs.limit_mac_swap;
	int server, err;

	err = net_veth(contender->interface, &flood->client[i], &server, error);
	if (!err && contender->product)
		err = load_product(flood, i, error);
	if (err)
		return err;
	if (contender->product)
		program = flood->echo[i]->progs.xdp_echo;
	err = net_attach(flood->client[i], flood->limit->progs.sink, XDP_FLAGS_DRV_MODE, error);
	return err ?: net_attach(server, program, contender->mode, error);
}

/*
 * test_run registers its program with the kernel's XDP dispatcher unless it is there
 * already, and waits for two grace periods. So the generator is attached to an
 * interface that nothing arrives on.
 */
static int park_generator(const struct flood *flood, struct xe_error *error)
{
	int client, server;

	return net_veth("park", &client, &server, error)
		       ?: net_attach(server, flood->limit->progs.generate, XDP_FLAGS_DRV_MODE,
				     error);
}

static int open_flood(struct flood *flood, struct xe_error *error)
{
	int err = net_enter_with_limit(&flood->home, &flood->limit, error);

	if (err)
		return err;
	for (int i = 0; i < CONTENDERS; i++) {
		err = open_contender(flood, i, error);
		if (err)
			return err;
	}
	return park_generator(flood, error);
}

static void close_flood(struct flood *flood)
{
	for (int i = 0; i < CONTENDERS; i++)
		xdp_echo_bpf__destroy(flood->echo[i]);
	net_leave_with_limit(flood->home, flood->limit);
}

static double target(const struct contender *contender, int load)
{
	if (!contender->product)
		return 0;
	return contender->mode == XDP_FLAGS_DRV_MODE ? targets[load] : generic_target;
}

static void fill_measure(struct measure *measure, struct flood *flood)
{
	for (int load = 0; load < LOADS; load++) {
		struct cell *first = &measure->cells[load * CONTENDERS];

		for (int i = 0; i < CONTENDERS; i++) {
			struct subject *subject = &flood->subjects[load * CONTENDERS + i];

			*subject = (struct subject){
				.flood = flood,
				.contender = &contenders[i],
				.load = &loads[load],
				.client = flood->client[i],
			};
			first[i] = (struct cell){
				.contender = contenders[i].name,
				.load = loads[load].name,
				.sample = sample,
				.context = subject,
				.baseline = contenders[i].baseline < 0
						    ? NULL
						    : &first[contenders[i].baseline],
				.again = contenders[i].again,
				.target = target(&contenders[i], load),
			};
		}
	}
	measure->count = CONTENDERS * LOADS;
}

int flood_measure(struct measure *measure, unsigned int rounds, unsigned int requests,
		  struct xe_error *error)
{
	struct flood *flood = calloc(1, sizeof(*flood));
	int err;

	*measure = (struct measure){
		.name = "flood",
		.title = "Replies per second, live frames over veth, one core",
		.unit = "millions",
		.more_is_better = true,
		.by_best = true,
		.cells = calloc(CONTENDERS * LOADS, sizeof(struct cell)),
	};
	if (!flood || !measure->cells) {
		free(flood);
		return xe_fail(error, ENOMEM, "no memory");
	}
	flood->home = -1;
	flood->requests = requests;
	err = open_flood(flood, error);
	if (!err) {
		fill_measure(measure, flood);
		err = measure_run(measure, rounds, error);
	}
	close_flood(flood);
	free(flood);
	return err;
}
