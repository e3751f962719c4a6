/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * oracle.h - what has to become of a frame, worked out byte by byte from the RFCs
 * and the rules, without a line of the code under test.
 */
#ifndef FUZZ_ORACLE_H
#define FUZZ_ORACLE_H

#include "settings.h"

enum fate {
	PASSED,  /* not ours: left as it came */
	DROPPED, /* ours, and refused */
	ANSWERED,
};

/* `before`: how many of the very same frame came a moment ago. */
enum fate oracle_fate(const struct fuzz_settings *settings, const __u8 *frame, size_t size,
		      int before);

/*
 * What must hold of any reply, whatever led to it: sent to whom asked, from who
 * was asked, not longer, payload and checksums' validity unchanged, one hop less.
 * NULL, or what does not hold.
 */
const char *oracle_reply_fault(const struct fuzz_settings *settings, const __u8 *request,
			       const __u8 *reply, size_t size);

/* Makes lengths and checksums right, so that more than the first check is reached. */
void oracle_mend(__u8 *frame, size_t size);

#endif
