// SPDX-License-Identifier: GPL-2.0-only
/* counters.c - see counters.h. */
#include <string.h>

#include "counters.h"

static __u64 load(const __u64 *counter)
{
	return __atomic_load_n(counter, __ATOMIC_RELAXED);
}

static void add_slot(const struct xe_counters *slot, enum xe_family family,
		     struct counters *counters)
{
	if (family != XE_OTHER) {
		counters->replies += load(&slot->replies[family]);
		counters->reply_bytes += load(&slot->reply_bytes[family]);
	}
	for (__u32 reason = 1; reason < XE_REASON_SLOTS; reason++)
		counters->reasons[reason] += load(&slot->reasons[family][reason]);
}

__u64 counters_dropped(const struct counters *counters)
{
	return counters->requests - counters->replies;
}

__u64 counters_passed(const struct counters *counters)
{
	__u64 sum = 0;

	for (__u32 reason = 1; reason < XE_FIRST_DROP; reason++)
		sum += counters->reasons[reason];
	return sum;
}

void counters_add(struct counters *sum, const struct counters *counters)
{
	sum->requests += counters->requests;
	sum->replies += counters->replies;
	sum->reply_bytes += counters->reply_bytes;
	for (__u32 reason = 0; reason < XE_REASON_SLOTS; reason++)
		sum->reasons[reason] += counters->reasons[reason];
}

static void add_requests(struct counters *counters)
{
	counters->requests = counters->replies;
	for (__u32 reason = XE_FIRST_DROP; reason < XE_REASON_SLOTS; reason++)
		counters->requests += counters->reasons[reason];
}

/* Slots that were never in use are not read: their pages were never touched. */
static __u32 slots(const struct xe_state *state)
{
	return state->info.slots < XE_MAX_SLOTS ? state->info.slots : XE_MAX_SLOTS;
}

void counters_read(const struct xe_state *state, enum xe_path path, enum xe_family family,
		   struct counters *counters)
{
	memset(counters, 0, sizeof(*counters));
	for (__u32 slot = 0; slot < slots(state); slot++)
		add_slot(&state->counters[path][slot], family, counters);
	add_requests(counters);
}

void counters_total(const struct xe_state *state, struct counters *counters)
{
	memset(counters, 0, sizeof(*counters));
	for (__u32 path = 0; path < XE_PATHS; path++)
		for (__u32 slot = 0; slot < slots(state); slot++)
			for (__u32 family = 0; family < XE_FAMILIES; family++)
				add_slot(&state->counters[path][slot], family, counters);
	add_requests(counters);
}

void counters_sizes(const struct xe_state *state, enum xe_path path,
		    struct size_histogram *histogram)
{
	memset(histogram, 0, sizeof(*histogram));
	for (__u32 slot = 0; slot < slots(state); slot++) {
		const struct xe_counters *counters = &state->counters[path][slot];

		histogram->sum += load(&counters->size_sum);
		for (__u32 i = 0; i < XE_SIZE_SLOTS; i++)
			histogram->slots[i] += load(&counters->sizes[i]);
	}
}
