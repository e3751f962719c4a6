// SPDX-License-Identifier: GPL-2.0-only
/*
 * packet_test.c - the packet code as plain C, row by row of the packet table.
 *
 * Every frame lies in memory of exactly its size, so that the sanitized build sees a byte read
 * or written too far.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "answer.h"
#include "packet.h"
#include "packet_rows.h"

/* What one path holds, zeroed but for the host's addresses and the policy. */
static struct xe_policy policies[ROW_POLICIES];
static struct xe_table table;
static __u64 buckets[XE_BUCKETS], total_bucket;
static struct xe_credit credit;

static struct xe_env environment(enum row_policy policy)
{
	return (struct xe_env){
		.policy = &policies[policy],
		.table = &table,
		.buckets = buckets,
		.total_bucket = &total_bucket,
		.credits = &credit,
		.now = 1ULL << 50,
	};
}

static xe_verdict answer_any(__u8 *frame, const __u8 *end, const struct xe_env *env)
{
	return xe_answer_any(frame, end, XE_REWRITE, env);
}

static xe_verdict judge(__u8 *frame, const __u8 *end, const struct xe_env *env)
{
	return xe_answer_any(frame, end, XE_JUDGE, env);
}

/* In two steps: one judges, another finishes. */
static xe_verdict judge_and_finish(__u8 *frame, const __u8 *end, const struct xe_env *env)
{
	xe_verdict verdict = judge(frame, end, env);

	if (xe_verdict_reason(verdict) != XE_ANSWER)
		return verdict;
	return xe_answer_any(frame, end, XE_FINISH, env);
}

static xe_verdict match(__u8 *frame, const __u8 *end, const struct xe_env *env)
{
	return xe_answer_any(frame, end, XE_MATCH, env);
}

typedef xe_verdict (*entry_point)(__u8 *frame, const __u8 *end, const struct xe_env *env);

/* Gives the frame to `entry`, in memory of exactly its size, and leaves the outcome in it. */
static xe_verdict run(entry_point entry, __u8 *bytes, size_t size, const struct xe_env *env)
{
	__u8 *frame = malloc(size ? size : 1);
	xe_verdict verdict;

	assert_non_null(frame);
	memcpy(frame, bytes, size);
	verdict = entry(frame, frame + size, env);
	memcpy(bytes, frame, size);
	free(frame);
	return verdict;
}

/* Runs a row, after those that it wants to come before it, and compares verdict and bytes. */
static void check_row(const struct packet_row *row, entry_point entry, bool rewrites)
{
	static __u8 bytes[FRAME_MAX], wanted[FRAME_MAX];
	struct xe_env env = environment(row->policy);
	size_t size = 0;
	xe_verdict verdict;

	memset(buckets, 0, sizeof(buckets));
	total_bucket = 0;
	credit.packets = 0;
	for (int i = 0; i < row->before; i++) {
		size = row_input(row, bytes);
		verdict = run(entry, bytes, size, &env);
		assert_int_equal(xe_verdict_reason(verdict), XE_ANSWER);
	}
	size = row_input(row, bytes);
	verdict = run(entry, bytes, size, &env);
	assert_int_equal(xe_verdict_reason(verdict), row->reason);
	assert_int_equal(xe_verdict_family(verdict), row_family(row));
	if (row->reason == XE_ANSWER)
		assert_int_equal(xe_verdict_size(verdict), row_reply_bytes(row));
	assert_int_equal(rewrites ? row_output(row, wanted) : row_input(row, wanted), size);
	assert_memory_equal(bytes, wanted, size);
}

static void test_row(void **state)
{
	const struct packet_row *row = *state;

	check_row(row, answer_as_xdp, true);
	check_row(row, answer_any, true);
	check_row(row, judge, false);
	check_row(row, judge_and_finish, true);
}

/* Matching alone finds ours what is answered and what is refused, and uses up nothing. */
static void test_match(void **state)
{
	static __u8 bytes[FRAME_MAX], same[FRAME_MAX];
	size_t count;
	const struct packet_row *row = packet_rows(&count);

	(void)state;
	memset(buckets, 0, sizeof(buckets));
	for (; count--; row++) {
		struct xe_env env = environment(row->policy);
		size_t size = row_input(row, bytes);
		bool passed = row->reason != XE_ANSWER && row->reason < XE_FIRST_DROP;
		xe_verdict verdict = run(match, bytes, size, &env);

		assert_int_equal(xe_verdict_reason(verdict), passed ? row->reason : XE_ANSWER);
		row_input(row, same);
		assert_memory_equal(bytes, same, size);
	}
	for (size_t i = 0; i < XE_BUCKETS; i++)
		assert_int_equal(buckets[i], 0);
}

/* The builder of the frames against bytes that scapy made. */
static void test_builder(void **state)
{
	static __u8 literal[FRAME_MAX], built[FRAME_MAX];
	const struct frame ping4 = literal_rows[0].frame;
	size_t size = frame_from_hex(literal_rows[0].input, literal);

	(void)state;
	assert_int_equal(frame_build(&ping4, built), size);
	assert_memory_equal(built, literal, size);
}

/* Every reason that the packet code can give has a row, under each family that can give it. */
static void test_coverage(void **state)
{
	static const enum xe_reason elsewhere[] = {
		XE_PASS_JUMBO,      XE_PASS_REDIRECT, XE_DROP_SEND,        XE_DROP_STALE,
		XE_DROP_QUEUE_FULL, XE_DROP_DENIED,   XE_DROP_NOT_UNICAST,
	};
	bool seen[XE_REASON_SLOTS] = {};
	size_t count;
	const struct packet_row *row = packet_rows(&count);

	(void)state;
	for (; count--; row++)
		seen[row->reason] = true;
	for (size_t i = 0; i < sizeof(elsewhere) / sizeof(elsewhere[0]); i++)
		seen[elsewhere[i]] = true;
	assert_true(seen[XE_ANSWER]);
#define X(number, id, name, text)                                                                  \
	if (!seen[XE_##id])                                                                        \
		fail_msg("no row is given the reason %s", name);
	XE_REASONS(X)
#undef X
}

/* The incremental checksum of every possible header checksum against one computed in full. */
static void test_every_checksum(void **state)
{
	static __u8 input[FRAME_MAX], output[FRAME_MAX];
	static const enum row_policy ttls[] = {PLAIN, TTL_1, TTL_64, TTL_255};
	struct frame frame = literal_rows[0].frame, reply;

	(void)state;
	for (size_t i = 0; i < sizeof(ttls) / sizeof(ttls[0]); i++) {
		struct xe_env env = environment(ttls[i]);

		for (int id = 0; id < 0x10000; id++) {
			size_t size;

			frame.id = id;
			size = frame_build(&frame, input);
			reply = frame_reply(&frame, policies[ttls[i]].fixed_ttl);
			frame_build(&reply, output);
			answer_as_xdp(input, input + size, &env);
			if (memcmp(input, output, size))
				fail_msg("wrong reply to id %#x, ttl rule %zu", id, i);
		}
	}
}

int main(void)
{
	size_t count;
	const struct packet_row *rows = packet_rows(&count);
	struct CMUnitTest *tests = calloc(count + 4, sizeof(*tests));
	int failed;

	if (!tests)
		abort();
	for (enum row_policy policy = 0; policy < ROW_POLICIES; policy++)
		fill_policy(&policies[policy], policy);
	fill_table(&table);

	for (size_t i = 0; i < count; i++)
		tests[i] = (struct CMUnitTest){
			.name = rows[i].name,
			.test_func = test_row,
			.initial_state = (void *)(uintptr_t)&rows[i],
		};
	tests[count++] = (struct CMUnitTest)cmocka_unit_test(test_builder);
	tests[count++] = (struct CMUnitTest)cmocka_unit_test(test_match);
	tests[count++] = (struct CMUnitTest)cmocka_unit_test(test_coverage);
	tests[count++] = (struct CMUnitTest)cmocka_unit_test(test_every_checksum);
	failed = _cmocka_run_group_tests("packet", tests, count, NULL, NULL);
	free(tests);
	return failed;
}
