/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * count.h - every packet ends in exactly one counter of its path: a reply, or a reason.
 *
 * Compiled into the XDP program and the userspace paths. `counters` belongs to
 * the CPU or the worker that calls.
 */
#ifndef XE_COUNT_H
#define XE_COUNT_H

#include "packet.h"

/* Off costs nothing: the policy is constant to the verifier, which removes the rest. */
static XE_INLINE void xe_count_size(struct xe_counters *counters,
				    const volatile struct xe_policy *policy, __u32 size)
{
	__u32 slot = (size + XE_SIZE_STEP - 1) / XE_SIZE_STEP;

	if (!policy->size_histogram)
		return;
	if (slot >= XE_SIZE_SLOTS)
		slot = XE_SIZE_SLOTS - 1;
	counters->sizes[slot]++;
	counters->size_sum += size;
}

/* All that a reply under a plain policy needs. */
static XE_INLINE void xe_count_plain_reply(struct xe_counters *counters, xe_verdict verdict)
{
	__u32 family = xe_verdict_family(verdict) & 1;

	counters->replies[family]++;
	counters->reply_bytes[family] += xe_verdict_size(verdict);
}

static XE_INLINE void xe_count_reply(struct xe_counters *counters,
				     const volatile struct xe_policy *policy, xe_verdict verdict)
{
	xe_count_plain_reply(counters, verdict);
	xe_count_size(counters, policy, xe_verdict_size(verdict));
}

/* Passed up, or dropped: then it was a request, and its size counts. */
static XE_INLINE void xe_count_reason(struct xe_counters *counters,
				      const volatile struct xe_policy *policy, xe_verdict verdict)
{
	__u32 family = xe_verdict_family(verdict), reason = xe_verdict_reason(verdict);

	if (family < XE_FAMILIES && reason < XE_REASON_SLOTS)
		counters->reasons[family][reason]++;
	if (reason >= XE_FIRST_DROP)
		xe_count_size(counters, policy, xe_verdict_size(verdict));
}

#endif
