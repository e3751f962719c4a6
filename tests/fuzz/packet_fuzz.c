// SPDX-License-Identifier: GPL-2.0-only
/*
 * packet_fuzz.c - a libFuzzer target for the packet code.
 *
 * An input is a byte that picks the settings, a byte that says how many of the
 * same frame came before, and the frame. Checked of each:
 *
 *  - its fate (answered, dropped, passed up) is the one that the oracle works out;
 *  - a reply has all that a reply must have, a frame not answered is untouched;
 *  - the short cut for common frames agrees with the long way;
 *  - with XE_FUZZ_KERNEL=1, as root: the XDP program, as the kernel runs it, gives the same
 *    reason and the same bytes.
 */
#include <linux/bpf.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel.h"
#include "oracle.h"
#include "subject.h"

enum { HEAD = 2, MAX_BEFORE = 4 };

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);

static struct xe_policy policies[FUZZ_SETTINGS];
static struct xe_prefixes *lists[FUZZ_SETTINGS];
static struct xe_table table;
static __u64 buckets[XE_BUCKETS], total_bucket;
static bool with_kernel;

/* One input, as it is judged. */
struct trial {
	int settings, before;
	const __u8 *request;
	size_t size;
	xe_verdict verdict;
	__u8 *reply;
};

static void __attribute__((noreturn)) fail(const struct trial *trial, const char *what)
{
	fprintf(stderr, "settings %d, %d before, %zu bytes: %s (reason %d, family %d, size %d)\n",
		trial->settings, trial->before, trial->size, what,
		xe_verdict_reason(trial->verdict), xe_verdict_family(trial->verdict),
		xe_verdict_size(trial->verdict));
	abort();
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const char *kernel = getenv("XE_FUZZ_KERNEL");

	(void)argc;
	(void)argv;
	for (int i = 0; i < FUZZ_SETTINGS; i++)
		fuzz_fill_policy(&fuzz_settings[i], &policies[i], &lists[i]);
	fuzz_fill_table(&table);
	with_kernel = kernel && !strcmp(kernel, "1");
	if (with_kernel)
		kernel_load();
	return 0;
}

/* --- the code under test --------------------------------------------------------------------- */

typedef xe_verdict subject(__u8 *frame, const __u8 *end, const struct xe_env *env);

/* In a buffer of exactly its size, so that a byte too far is found. */
static void judge(struct trial *trial, subject *answer)
{
	struct xe_credit credit = {};
	struct xe_env env = {
		.policy = &policies[trial->settings],
		.table = &table,
		.buckets = buckets,
		.total_bucket = &total_bucket,
		.credits = &credit,
		.prefixes = lists[trial->settings],
		.now = 1ULL << 40,
	};

	total_bucket = 0;
	if (fuzz_settings[trial->settings].burst)
		memset(buckets, 0, sizeof(buckets));
	for (int i = 0; i <= trial->before; i++) {
		free(trial->reply);
		trial->reply = malloc(trial->size);
		memcpy(trial->reply, trial->request, trial->size);
		trial->verdict = answer(trial->reply, trial->reply + trial->size, &env);
	}
}

static enum fate fate_of(xe_verdict verdict)
{
	if (xe_verdict_reason(verdict) == XE_ANSWER)
		return ANSWERED;
	return xe_verdict_reason(verdict) < XE_FIRST_DROP ? PASSED : DROPPED;
}

static bool same_verdict(xe_verdict a, xe_verdict b)
{
	return xe_verdict_reason(a) == xe_verdict_reason(b) &&
	       xe_verdict_family(a) == xe_verdict_family(b);
}

/* --- checks ---------------------------------------------------------------------------------- */

static void check_fate(const struct trial *trial)
{
	const struct fuzz_settings *settings = &fuzz_settings[trial->settings];
	enum fate fate = fate_of(trial->verdict);
	const char *fault;

	if (fate != oracle_fate(settings, trial->request, trial->size, trial->before))
		fail(trial, "should have had another fate");
	if (fate != ANSWERED && memcmp(trial->request, trial->reply, trial->size))
		fail(trial, "not answered, but changed");
	if (fate != ANSWERED)
		return;
	fault = oracle_reply_fault(settings, trial->request, trial->reply, trial->size);
	if (fault)
		fail(trial, fault);
}

static void check_long_way(const struct trial *trial)
{
	struct trial other = *trial;

	other.reply = NULL;
	judge(&other, subject_answer_any);
	if (!same_verdict(trial->verdict, other.verdict) ||
	    memcmp(trial->reply, other.reply, trial->size))
		fail(&other, "the short cut says something else");
	free(other.reply);
}

static bool kernel_agrees(const struct trial *trial)
{
	static const int actions[] = {XDP_PASS, XDP_DROP, XDP_TX}; /* by fate */
	__u8 out[KERNEL_MAX];
	int action;
	xe_verdict verdict = kernel_answer(trial->settings, trial->request, trial->size,
					   trial->before, out, &action);

	return same_verdict(verdict, trial->verdict) && action == actions[fate_of(verdict)] &&
	       (xe_verdict_reason(verdict) != XE_ANSWER ||
		xe_verdict_size(verdict) == xe_verdict_size(trial->verdict)) &&
	       !memcmp(out, trial->reply, trial->size);
}

/* Its clock runs: where this process was stopped for a second in between, a packet more conforms.
 * That does not happen five times in a row. */
static void check_kernel(const struct trial *trial)
{
	int tries = 5;

	if (trial->size < KERNEL_MIN || trial->size > KERNEL_MAX)
		return;
	while (!kernel_agrees(trial))
		if (--tries == 0)
			fail(trial, "the kernel says something else");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct trial trial = {};

	if (size < HEAD)
		return 0;
	trial.settings = data[0] % FUZZ_SETTINGS;
	trial.before = data[1] % (MAX_BEFORE + 1);
	trial.request = data + HEAD;
	trial.size = size - HEAD;
	judge(&trial, subject_answer);
	check_fate(&trial);
	check_long_way(&trial);
	if (with_kernel)
		check_kernel(&trial);
	free(trial.reply);
	return 0;
}

/* Most inputs are mended, or hardly one would get past lengths and checksums. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
	size = LLVMFuzzerMutate(data, size, max_size);
	if (size > HEAD && seed % 4)
		oracle_mend(data + HEAD, size - HEAD);
	return size;
}
