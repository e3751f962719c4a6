// SPDX-License-Identifier: GPL-2.0-only
/* cost.c - see cost.h; cost.bpf.c says how a program that changes its frame is run again and again.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cost.h"
#include "load.h"

#include "bench_cost.skel.h"

static const struct load loads[] = {
	{"IPv4, 1 source", XE_IPV4, false, 1, 22, 1, 1, RULES_DEFAULT, 0},
	{"no rate limit", XE_IPV4, false, 1, 22, 1, 1, RULE_TTL, 0},
	{"fixed TTL", XE_IPV4, false, 1, 22, 1, 1, RULE_RATE, 0},
	{"size histogram", XE_IPV4, false, 1, 22, 1, 1, RULES_DEFAULT | RULE_SIZES, 0},
	{"10,000 sources", XE_IPV4, false, 10000, 22, 1, 1, RULES_DEFAULT, 0},
	{"1,000,000 sources", XE_IPV4, false, 1000000, 22, 1, 1, RULES_DEFAULT, 0},
	{"64 addresses", XE_IPV4, false, 1, 22, 64, 1, RULES_DEFAULT, 0},
	{"1,000 ports", XE_IPV4, false, 1, 22, 1, 1000, RULES_DEFAULT, 0},
	{"100,000 prefixes denied", XE_IPV4, false, 1, 22, 1, 1, RULES_DEFAULT | RULE_LIST, 0},
	{"the same, random sources", XE_IPV4, false, 1000000, 22, 1, 1, RULES_DEFAULT | RULE_LIST,
	 0},
	{"VLAN", XE_IPV4, true, 1, 22, 1, 1, RULES_DEFAULT, 0},
	{"IPv6", XE_IPV6, false, 1, 22, 1, 1, RULES_DEFAULT, 0},
	{"IPv6, VLAN", XE_IPV6, true, 1, 22, 1, 1, RULES_DEFAULT, 0},
	{"IPv6, 1,000,000 sources", XE_IPV6, false, 1000000, 22, 1, 1, RULES_DEFAULT, 0},
};

enum { LIMITS = 6, MANY_SOURCES = 5 }; /* of loads[]: the same as the list's random sources */
enum { LOADS = sizeof(loads) / sizeof(loads[0]) };
/* One program under one load. */
struct subject {
	struct bench_cost *cost;
	int program;
	unsigned int spells;
	bool answers; /* the product, whose counters must say that it answered */
	__u8 family;
};

struct bench {
	struct bench_cost *cost[LOADS];
	struct subject subjects[LIMITS + LOADS];
	int used; /* subjects */
	unsigned int spells;
};

/* *ns is the least time that a run took on average of a spell; the first warms the caches. */
static int time_program(const struct subject *subject, double *ns, struct xe_error *error)
{
	static __u8 frame[COST_RING_FRAMES * COST_RING_STRIDE];
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = frame, .data_size_in = sizeof(frame),
		    .repeat = subject->spells * COST_SPELL);
	struct bench_cost__bss *memory = subject->cost->bss;
	__u64 least = ~0ULL;
	int err;

	memory->turn = -1; /* the first run ends a spell that was not one, and fills the ring */
	err = bpf_prog_test_run_opts(subject->program, &options);
	if (err)
		return xe_fail(error, -err, "bpf_prog_test_run: %s", strerror(-err));
	for (unsigned int i = 2; i < subject->spells; i++)
		if (memory->spells[i] < least)
			least = memory->spells[i];
	*ns = (double)least / COST_SPELL;
	return 0;
}

static __u64 replies(const struct subject *subject)
{
	__u64 sum = 0;

	for (int slot = 0; slot < XE_MAX_SLOTS; slot++)
		sum += subject->cost->bss->state.counters[XE_NATIVE][slot].replies[subject->family];
	return sum;
}

/* Why the last requests were not answered: the reason with the most packets. */
static const char *main_reason(const struct subject *subject)
{
	static const char *const names[XE_REASON_SLOTS] = {
#define X(number, id, name, text) [number] = (name),
		XE_REASONS(X)
#undef X
	};
	const struct xe_counters *counters = subject->cost->bss->state.counters[XE_NATIVE];
	__u64 most = 0, sum[XE_REASON_SLOTS] = {0};
	int found = 0;

	for (int slot = 0; slot < XE_MAX_SLOTS; slot++)
		for (int family = 0; family < XE_FAMILIES; family++)
			for (int i = 0; i < XE_REASON_SLOTS; i++)
				sum[i] += counters[slot].reasons[family][i];
	for (int i = 0; i < XE_REASON_SLOTS; i++)
		if (sum[i] > most) {
			most = sum[i];
			found = i;
		}
	return names[found] ? names[found] : "no counter says why";
}

static int sample(void *context, double *value, struct xe_error *error)
{
	const struct subject *subject = context;
	__u64 before = replies(subject), runs = subject->spells * COST_SPELL;
	int err = time_program(subject, value, error);

	if (!err && subject->answers && replies(subject) != before + runs)
		err = xe_fail(error, EPROTO, "%llu requests got %llu replies; the others: %s", runs,
			      replies(subject) - before, main_reason(subject));
	return err;
}

/* A map of the lists, in place of the program's empty one. */
static int put_lists(struct bench_cost *cost, const struct xe_prefixes *lists)
{
	const __u32 only = 0;
	int err, fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "prefixes", sizeof(only), lists->size, 1,
				     NULL);

	if (fd < 0)
		return fd;
	err = bpf_map_update_elem(fd, &only, lists, 0);
	if (!err)
		err = bpf_map__reuse_fd(cost->maps.prefixes, fd);
	close(fd); /* the object has a duplicate */
	return err;
}

static int load_with_lists(const struct load *load, struct bench_cost *cost, struct xe_error *error)
{
	struct xe_prefixes *lists = NULL;
	int err = load_lists(load, (struct xe_policy *)&cost->rodata->policy, &lists, error);

	if (!err && lists)
		err = put_lists(cost, lists);
	if (!err)
		err = bench_cost__load(cost);
	free(lists);
	return err;
}

static int load_product(const struct load *load, struct bench_cost **loaded, struct xe_error *error)
{
	struct bench_cost *cost = bench_cost__open();
	int err = cost ? 0 : -errno;

	if (err)
		goto out;
	load_policy(load, (struct xe_policy *)&cost->rodata->policy);
	load_request(load, &cost->bss->request);
	err = load_with_lists(load, cost, error);
	if (!err)
		err = load_table(load, &cost->bss->state.live.table[0], error);
	cost->bss->state.live.offset = XE_TABLE_AT(0);
out:
	if (!err) {
		*loaded = cost;
		return 0;
	}
	xe_fail(error, -err, "cannot load the program for \"%s\": %s", load->name, strerror(-err));
	bench_cost__destroy(cost);
	return err;
}

static int open_bench(struct bench *bench, struct xe_error *error)
{
	int err = 0;

	for (int i = 0; i < LOADS && !err; i++)
		err = load_product(&loads[i], &bench->cost[i], error);
	return err;
}

static void close_bench(struct bench *bench)
{
	for (int i = 0; i < LOADS; i++)
		bench_cost__destroy(bench->cost[i]);
}

static struct cell *add(struct measure *measure, struct cell cell)
{
	cell.sample = sample;
	return measure_add(measure, cell);
}

/* A program of cost[i] as a cell's context. */
static struct subject *subject(struct bench *bench, int i, const struct bpf_program *program)
{
	struct subject *subject = &bench->subjects[bench->used++];

	*subject = (struct subject){
		.cost = bench->cost[i],
		.program = bpf_program__fd(program),
		.spells = bench->spells,
		.family = loads[i].family,
	};
	return subject;
}

/* What the ring alone costs depends on the family, whose headers differ. */
static struct cell *add_ring(struct measure *measure, struct bench *bench, __u8 family)
{
	int i = 0;

	while (loads[i].family != family)
		i++;
	return add(measure, (struct cell){
				    .contender = "the ring, dropping",
				    .load = family == XE_IPV4 ? "IPv4" : "IPv6",
				    .context = subject(bench, i, bench->cost[i]->progs.ring_drop),
			    });
}

/*
 * What must not depend on how much is configured is compared with the least of it; what a list
 * costs is the difference to none.
 */
static void compare_products(struct cell *const *product)
{
	for (int i = 0; i < LOADS; i++) {
		const struct load *load = &loads[i];

		if (load->addresses > 1 || load->ports > 1) {
			product[i]->baseline = product[0];
			product[i]->target = 1.05;
		}
		if (load->rules & RULE_LIST) {
			product[i]->contender = "the list alone";
			product[i]->baseline = NULL;
			product[i]->minus = product[load->sources > 1 ? MANY_SOURCES : 0];
			product[i]->plus = NULL;
			product[i]->target = 15;
		}
	}
}

/* The limits once, and the product under each load. */
static void fill_measure(struct measure *measure, struct bench *bench)
{
	struct cell *drop, *swap, *ring[XE_FAMILIES], *product[LOADS], *cell;
	struct subject *subject_swap = subject(bench, 0, bench->cost[0]->progs.swap);

	drop = add(measure, (struct cell){
				    .contender = "drop",
				    .load = "any",
				    .context = subject(bench, 0, bench->cost[0]->progs.drop),
			    });
	swap = add(measure, (struct cell){
				    .contender = "MAC swap",
				    .load = "any",
				    .context = subject_swap,
			    });
	drop->baseline = swap;
	add(measure, (struct cell){
			     .contender = "MAC swap, again",
			     .load = "any",
			     .context = subject_swap,
			     .baseline = swap,
			     .again = true,
		     });
	ring[XE_IPV4] = add_ring(measure, bench, XE_IPV4);
	ring[XE_IPV6] = add_ring(measure, bench, XE_IPV6);
	add(measure, (struct cell){
			     .contender = "MAC swap, in the ring",
			     .load = "IPv4",
			     .context = subject(bench, 0, bench->cost[0]->progs.ring_swap),
			     .baseline = swap,
			     .plus = drop,
			     .minus = ring[XE_IPV4],
		     });
	for (int i = 0; i < LOADS; i++) {
		product[i] = cell =
			add(measure,
			    (struct cell){
				    .contender = "xdp-echo",
				    .load = loads[i].name,
				    .context = subject(bench, i, bench->cost[i]->progs.ring_echo),
				    .baseline = swap,
				    .plus = drop,
				    .minus = ring[loads[i].family],
				    .target = i == 0 ? 2.0 : 0,
			    });
		((struct subject *)cell->context)->answers = true;
	}
	compare_products(product);
}

int cost_measure(struct measure *measure, unsigned int rounds, unsigned int spells,
		 struct xe_error *error)
{
	struct bench *bench = calloc(1, sizeof(*bench));
	int err;

	*measure = (struct measure){
		.name = "cost",
		.title = "Program cost by test_run, one core",
		.unit = "ns a packet",
		.by_best = true,
		.cells = calloc(LIMITS + LOADS, sizeof(struct cell)),
	};
	if (!bench || !measure->cells) {
		err = xe_fail(error, ENOMEM, "no memory");
		goto out;
	}
	err = open_bench(bench, error);
	if (err)
		goto out;
	bench->spells = spells;
	fill_measure(measure, bench);
	err = measure_run(measure, rounds, error);
out:
	if (bench)
		close_bench(bench);
	free(bench);
	return err;
}
