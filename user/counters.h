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

/* Of one path and family. */
void counters_read(const struct xe_state *state, enum xe_path path, enum xe_family family,
		   struct counters *counters);

/* Of all paths and families. */
void counters_total(const struct xe_state *state, struct counters *counters);

#endif
