// SPDX-License-Identifier: GPL-2.0-only
/* kernel.c - see kernel.h. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel.h"
#include "policy.h"
#include "xdp_echo.skel.h"

static struct xdp_echo_bpf *objects[FUZZ_SETTINGS];
static int cpu;

static void __attribute__((noreturn)) give_up(const char *what, int err)
{
	fprintf(stderr, "kernel: %s: %s\n", what, strerror(err < 0 ? -err : err));
	exit(2);
}

static void share_lists(struct xdp_echo_bpf *object, const struct xe_prefixes *lists)
{
	const __u32 only = 0;
	int fd;

	if (!lists)
		return;
	fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "fuzz_lists", sizeof(only), lists->size, 1, NULL);
	if (fd < 0 || bpf_map_update_elem(fd, &only, lists, BPF_ANY) ||
	    bpf_map__reuse_fd(object->maps.prefixes, fd))
		give_up("prefix lists", errno);
}

static struct xdp_echo_bpf *load(const struct fuzz_settings *settings)
{
	struct xdp_echo_bpf *object = xdp_echo_bpf__open();
	struct xe_prefixes *lists;
	int err;

	if (!object)
		give_up("xdp_echo", errno);
	fuzz_fill_policy(settings, (struct xe_policy *)(unsigned long)&object->rodata->policy,
			 &lists);
	share_lists(object, lists);
	free(lists);
	bpf_program__set_autoload(object->progs.xdp_redirect, false);
	err = xdp_echo_bpf__load(object);
	if (err)
		give_up("xdp_echo", err);
	fuzz_fill_table(&object->bss->state.live.table[0]);
	object->bss->state.live.offset = XE_TABLE_AT(0);
	return object;
}

void kernel_load(void)
{
	cpu_set_t set;

	cpu = sched_getcpu();
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		give_up("sched_setaffinity", errno);
	for (int i = 0; i < FUZZ_SETTINGS; i++)
		objects[i] = load(&fuzz_settings[i]);
}

static int run(int settings, const __u8 *frame, size_t size, __u8 *out)
{
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = frame, .data_size_in = size,
		    .data_out = out, .data_size_out = KERNEL_MAX);
	int program = bpf_program__fd(objects[settings]->progs.xdp_echo);

	if (bpf_prog_test_run_opts(program, &options))
		give_up("test_run", errno);
	if (options.data_size_out != size)
		give_up("the frame's size has changed", EPROTO);
	return options.retval;
}

/* The one counter that has moved. */
static xe_verdict counted(const struct xe_counters *counters)
{
	for (int family = 0; family < 2; family++)
		if (counters->replies[family])
			return xe_verdict_of(XE_ANSWER, family, counters->reply_bytes[family]);
	for (int family = 0; family < XE_FAMILIES; family++)
		for (int reason = 0; reason < XE_REASON_SLOTS; reason++)
			if (counters->reasons[family][reason])
				return xe_verdict_of(reason, family, 0);
	return xe_verdict_of(XE_REASON_SLOTS, XE_OTHER, 0);
}

xe_verdict kernel_answer(int settings, const __u8 *frame, size_t size, int before, __u8 *out,
			 int *action)
{
	struct xe_state *state = &objects[settings]->bss->state;

	if (fuzz_settings[settings].burst)
		memset(state->buckets, 0, sizeof(state->buckets));
	state->total_bucket[0] = 0;
	state->credits[cpu].packets = 0;
	while (before--)
		run(settings, frame, size, out);
	memset(&state->counters[XE_NATIVE][cpu], 0, sizeof(struct xe_counters));
	*action = run(settings, frame, size, out);
	return counted(&state->counters[XE_NATIVE][cpu]);
}
