// SPDX-License-Identifier: GPL-2.0-only
/* rate_key.c - see rate_key.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "rate_key.h"
#include "rules.h"

/*
 * So many neighbours are tried. A random function would put them into 7,248
 * buckets, give or take 26.
 */
#define NEIGHBOURS 8192
#define FEWEST_BUCKETS 7120
#define MOST_DRAWS 1000 /* one key in two passes; this many failures do not happen */

/* Sources that differ by one: hosts and networks of IPv4, /64s and /48s of IPv6. */
static __u64 neighbour(unsigned int kind, __u32 number)
{
	switch (kind) {
	case 0:
		return xe_wire32(0xc0000000 + number);
	case 1:
		return xe_wire32(0x0a000001 + (number << 8));
	case 2:
		return xe_wire64(0x20010db800000000 + number);
	default:
		return xe_wire64(0x2001000000000000 + ((__u64)number << 16));
	}
}

enum { KINDS = 4 };

static bool spreads(const struct xe_policy *policy, unsigned int kind, __u8 *used)
{
	unsigned int taken = 0;

	memset(used, 0, XE_BUCKETS);
	for (__u32 number = 0; number < NEIGHBOURS; number++) {
		__u32 bucket = xe_bucket_number(policy, neighbour(kind, number));

		taken += !used[bucket];
		used[bucket] = 1;
	}
	return taken >= FEWEST_BUCKETS;
}

int rate_key_draw(struct xe_policy *policy, struct xe_error *error)
{
	__u8 *used = malloc(XE_BUCKETS);
	unsigned int kind = 0;

	if (!used)
		return xe_fail(error, ENOMEM, "out of memory");
	for (int draws = 0; kind < KINDS && draws < MOST_DRAWS; draws++) {
		if (getrandom(policy->hash_key, sizeof(policy->hash_key), 0) < 0) {
			free(used);
			return xe_fail(error, errno, "no random numbers: %s", strerror(errno));
		}
		policy->hash_key[1] |= 1;
		for (kind = 0; kind < KINDS && spreads(policy, kind, used); kind++)
			;
	}
	free(used);
	return 0;
}
