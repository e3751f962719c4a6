// SPDX-License-Identifier: GPL-2.0-only
/*
 * packet_test.c - the XDP programs as the kernel runs them, row by row of the packet table.
 *
 * Verdict and bytes are those of tests/unit/packet_test.c, and exactly the right counter moves.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <cmocka.h>

#include "packet_table.h"
#include "xdp_echo.skel.h"

enum { ETHERNET_HEADER = 14 }; /* bpf_prog_test_run refuses anything shorter */

/* One loaded object for each policy, since policies are constants of the program. */
static struct xdp_echo_bpf *objects[ROW_POLICIES];

/* The path whose counters a policy's object uses: all paths have their turn. */
static __u32 path_of(enum row_policy policy)
{
	return policy % XE_PATHS;
}

static int load(enum row_policy policy)
{
	struct xdp_echo_bpf *object = xdp_echo_bpf__open();

	if (!object)
		return -errno;
	objects[policy] = object;
	fill_policy((struct xe_policy *)(uintptr_t)&object->rodata->policy, policy);
	*(__u64 *)(uintptr_t)&object->rodata->counters_at = XE_COUNTERS_AT(path_of(policy));
	return xdp_echo_bpf__load(object);
}

static int unload_all(void **state)
{
	(void)state;
	for (enum row_policy policy = 0; policy < ROW_POLICIES; policy++)
		xdp_echo_bpf__destroy(objects[policy]);
	return 0;
}

static int load_all(void **state)
{
	for (enum row_policy policy = 0; policy < ROW_POLICIES; policy++) {
		int error = load(policy);

		if (error) {
			printf("cannot load xdp_echo: %s\n", strerror(-error));
			unload_all(state);
			return -1;
		}
		fill_table(&objects[policy]->bss->state.live.table[0]);
		objects[policy]->bss->state.live.offset = XE_TABLE_AT(0);
	}
	return 0;
}

/* --- running a program ----------------------------------------------------------------------- */

struct outcome {
	int action;
	size_t size;
	__u8 bytes[FRAME_MAX];
};

static int run(const struct bpf_program *program, const __u8 *bytes, size_t size,
	       struct outcome *outcome)
{
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = bytes, .data_size_in = size,
		    .data_out = outcome->bytes, .data_size_out = sizeof(outcome->bytes));
	int error = bpf_prog_test_run_opts(bpf_program__fd(program), &options);

	outcome->action = options.retval;
	outcome->size = options.data_size_out;
	return error;
}

/* --- counters -------------------------------------------------------------------------------- */

/* The sum over all CPUs of what was counted on one path. */
static void sum_counters(const struct xe_state *state, __u32 path, struct xe_counters *sum)
{
	memset(sum, 0, sizeof(*sum));
	for (int slot = 0; slot < XE_MAX_SLOTS; slot++) {
		const __u64 *from = (const __u64 *)&state->counters[path][slot];
		__u64 *to = (__u64 *)sum;

		for (size_t i = 0; i < sizeof(*sum) / sizeof(*to); i++)
			to[i] += from[i];
	}
}

/*
 * One frame was counted, under this reason and family, on this path, and nothing else was.
 * One that is redirected is not counted here: the socket's worker does.
 */
static void check_counters(const struct xe_state *state, int action, enum xe_reason reason,
			   const struct packet_row *row)
{
	__u32 path = path_of(row->policy);
	enum xe_family family = row_family(row);
	struct xe_counters sum, wanted;

	for (__u32 i = 0; i < XE_PATHS; i++) {
		memset(&wanted, 0, sizeof(wanted));
		if (i == path && action == XDP_TX) {
			wanted.replies[family] = 1;
			wanted.reply_bytes[family] = row_reply_bytes(row);
		} else if (i == path && action != XDP_REDIRECT) {
			wanted.reasons[family][reason] = 1;
		}
		sum_counters(state, i, &sum);
		assert_memory_equal(&sum, &wanted, sizeof(sum));
	}
}

/* --- rows ------------------------------------------------------------------------------------ */

/* What XDP says of a row: what lies in later buffers is out of its sight. */
static enum xe_reason xdp_reason(const struct packet_row *row)
{
	return row->jumbo ? XE_PASS_JUMBO : row->reason;
}

static int action_of(enum xe_reason reason, int answer)
{
	if (reason == XE_ANSWER)
		return answer;
	return reason < XE_FIRST_DROP ? XDP_PASS : XDP_DROP;
}

/*
 * Runs a row on one of the programs, which should give this reason. `answer` is
 * how it answers: XDP_TX, with the frame rewritten, or XDP_REDIRECT.
 */
static void check_row(const struct packet_row *row, const struct bpf_program *program,
		      enum xe_reason reason, int answer)
{
	int action = action_of(reason, answer);
	static __u8 input[FRAME_MAX], output[FRAME_MAX];
	static struct outcome outcome;
	struct xe_state *state = &objects[row->policy]->bss->state;
	size_t size = row_input(row, input);

	if (size < ETHERNET_HEADER) { /* only the unit test can judge it */
		assert_int_equal(run(program, input, size, &outcome), -EINVAL);
		return;
	}
	memset(state->buckets, 0, sizeof(state->buckets));
	memset(state->total_bucket, 0, sizeof(state->total_bucket));
	memset(state->credits, 0, sizeof(state->credits));
	for (int i = 0; i < row->before; i++)
		assert_int_equal(run(program, input, size, &outcome), 0);
	memset(state->counters, 0, sizeof(state->counters));
	assert_int_equal(run(program, input, size, &outcome), 0);

	assert_int_equal(outcome.action, action);
	check_counters(state, action, reason, row);
	if (action == XDP_TX)
		row_output(row, output);
	else
		memcpy(output, input, size);
	assert_int_equal(outcome.size, size);
	assert_memory_equal(outcome.bytes, output, size);
}

static void test_echo(void **state)
{
	const struct packet_row *row = *state;

	check_row(row, objects[row->policy]->progs.xdp_echo, xdp_reason(row), XDP_TX);
}

/* No socket takes what is ours: it goes to the stack as it came, to be policed there. */
static enum xe_reason unpoliced(const struct packet_row *row)
{
	enum xe_reason reason = xdp_reason(row);

	return reason == XE_ANSWER || reason >= XE_FIRST_DROP ? XE_PASS_REDIRECT : reason;
}

static void test_no_socket(void **state)
{
	const struct packet_row *row = *state;

	check_row(row, objects[row->policy]->progs.xdp_redirect, unpoliced(row), XDP_REDIRECT);
}

/* A socket is there; a frame too long for its memory is none of its business. */
static void test_redirect(void **state)
{
	static __u8 input[FRAME_MAX];
	const struct packet_row *row = *state;
	struct xdp_echo_bpf *object = objects[row->policy];
	int sockets = bpf_map__fd(object->maps.sockets), fd = socket(AF_XDP, SOCK_RAW, 0);
	bool fits = row_input(row, input) <= XE_XSK_ROOM;
	__u32 queue = 0;

	assert_return_code(fd, errno);
	assert_int_equal(bpf_map_update_elem(sockets, &queue, &fd, BPF_ANY), 0);
	check_row(row, object->progs.xdp_redirect, fits ? xdp_reason(row) : unpoliced(row),
		  XDP_REDIRECT);
	close(fd); /* which takes it out of the map */
}

/* Zeroed memory answers nothing. */
static void test_no_table(void **state)
{
	static __u8 input[FRAME_MAX];
	static struct outcome outcome;
	size_t count;
	const struct packet_row *row = packet_rows(&count);
	struct xe_live *live = &objects[PLAIN]->bss->state.live;

	(void)state;
	memset(live, 0, sizeof(*live));
	for (; count--; row++) {
		size_t size = row_input(row, input);

		if (size < ETHERNET_HEADER)
			continue;
		assert_int_equal(run(objects[PLAIN]->progs.xdp_echo, input, size, &outcome), 0);
		assert_int_equal(outcome.action, XDP_PASS);
	}
	live->offset = XE_TABLE_AT(0);
	fill_table(&live->table[0]);
}

static const struct {
	const char *prefix;
	CMUnitTestFunction test;
} programs[] = {
	{"", test_echo},
	{"no socket: ", test_no_socket},
	{"redirect: ", test_redirect},
};

enum { PROGRAMS = sizeof(programs) / sizeof(programs[0]) };

int main(void)
{
	size_t rows, count = 0;
	const struct packet_row *row = packet_rows(&rows);
	struct CMUnitTest *tests = calloc(PROGRAMS * rows + 1, sizeof(*tests));
	char(*names)[sizeof(row->name) + 16] = calloc(PROGRAMS * rows, sizeof(*names));
	int failed;

	if (!tests || !names)
		abort();
	for (size_t i = 0; i < rows; i++, row++) {
		for (size_t j = 0; j < PROGRAMS; j++, count++) {
			snprintf(names[count], sizeof(*names), "%s%s", programs[j].prefix,
				 row->name);
			tests[count] = (struct CMUnitTest){
				.name = names[count],
				.test_func = programs[j].test,
				.initial_state = (void *)(uintptr_t)row,
			};
		}
	}
	tests[count++] = (struct CMUnitTest)cmocka_unit_test(test_no_table);
	failed = _cmocka_run_group_tests("bpf packet", tests, count, load_all, unload_all);
	free(names);
	free(tests);
	return failed;
}
