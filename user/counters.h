/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * counters.h - adds up what the packet paths counted.
 */
#ifndef XE_COUNTERS_H
#define XE_COUNTERS_H

#include "abi.h"

/* Of one path, one family, or of several added up. Packets, but for the bytes. */
struct counters {
	__u64 requests; /* ours to answer: replies plus everything dropped */
	__u64 replies;
	__u64 reply_bytes; /* UDP payload */
	__u64 reasons[XE_REASON_SLOTS];
};

/* Packets that were refused, or left to the stack, whatever the reason. */
__u64 counters_dropped(const struct counters *counters);
__u64 counters_passed(const struct counters *counters);

void counters_add(struct counters *sum, const struct counters *counters);

/* Requests of one path by size; see XE_SIZE_SLOTS. */
struct size_histogram {
	__u64 sum; /* UDP payload bytes */
	__u64 slots[XE_SIZE_SLOTS];
};

/* Of one path and family. */
void counters_read(const struct xe_state *state, enum xe_path path, enum xe_family family,
		   struct counters *counters);

/* Of all paths and families. */
void counters_total(const struct xe_state *state, struct counters *counters);

/* Of one path, both families. */
void counters_sizes(const struct xe_state *state, enum xe_path path,
		    struct size_histogram *histogram);

#endif
