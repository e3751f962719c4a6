/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * policy.h - makes a struct xe_policy out of options.
 */
#ifndef XE_POLICY_H
#define XE_POLICY_H

#include <stdbool.h>

#include "abi.h"
#include "error.h"

#define POLICY_PORT 7 /* served if no --port is given: echo, RFC 862 */

/* Every source's rate if no --rate is given: far above any ping, far below any use as a weapon. */
#define POLICY_RATE_DEFAULT "1000:1000"

/* Defaults, with no port served yet. */
void policy_init(struct xe_policy *policy);

/* --port, may be given several times. */
int policy_add_ports(struct xe_policy *policy, const char *list, struct xe_error *error);

/* --ttl N, 1 to 255. */
int policy_set_ttl(struct xe_policy *policy, const char *text, struct xe_error *error);

/* Once all served ports are marked: what the others are as a source. */
void policy_fill_ports(struct xe_policy *policy);

bool policy_serves_port(const struct xe_policy *policy, __u32 port); /* in host order */

/* Which way packets may take, once everything else is set: `plain`. */
void policy_choose_way(struct xe_policy *policy);

/*
 * --rate and --total-rate: "PPS" or "PPS:BURST", 0 is off. Without BURST it is
 * as large as PPS: one second's packets.
 */
int policy_set_rate(struct xe_policy *policy, const char *text, struct xe_error *error);
int policy_set_total_rate(struct xe_policy *policy, const char *text, struct xe_error *error);

/* --rate-prefix: "IPV4[,IPV6]", the prefix lengths that make a source. */
int policy_set_rate_prefix(struct xe_policy *policy, const char *text, struct xe_error *error);

/* --max-size: bytes of UDP payload; 65535 refuses nothing. */
int policy_set_max_size(struct xe_policy *policy, const char *text, struct xe_error *error);

/* --magic: up to XE_MAGIC_MAX bytes in hexadecimal; "" is off. */
int policy_set_magic(struct xe_policy *policy, const char *text, struct xe_error *error);

/* What can be set one by one, without touching the rest. */
enum policy_part {
	POLICY_RATE = 1 << 0,
	POLICY_RATE_PREFIX = 1 << 1,
	POLICY_TOTAL_RATE = 1 << 2,
	POLICY_MAX_SIZE = 1 << 3,
	POLICY_MAGIC = 1 << 4,
	POLICY_ALLOW = 1 << 5, /* the lists are beside the policy */
	POLICY_DENY = 1 << 6,
};

/* Takes the named parts of `from` over; policy_finish is due. */
void policy_take(struct xe_policy *policy, const struct xe_policy *from, unsigned int parts);

/* The prefix lists that are in force with it; NULL is none. policy_finish is due. */
void policy_use_lists(struct xe_policy *policy, const struct xe_prefixes *lists);

/*
 * Derives what the packet path reads from what was asked for, and draws the
 * secret of the rate buckets. With `before`, the policy in force until now,
 * the secret is kept, so that no source's rate starts anew.
 */
int policy_finish(struct xe_policy *policy, const struct xe_policy *before, struct xe_error *error);

#endif
