/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * load.h - the loads of the benchmarks: what is asked, and the settings under
 * which it is answered.
 */
#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#include <stdbool.h>

#include "abi.h"
#include "error.h"
#include "tests/bench/request.h"

/* Rules that cost something and can be turned off, one bit each. */
enum {
	RULE_RATE = 1 << 0,  /* per-source rate limit */
	RULE_TTL = 1 << 1,   /* the request's TTL minus one; off: a fixed TTL */
	RULE_SIZES = 1 << 2, /* requests are counted by size */
	RULE_LIST = 1 << 3,  /* 100,000 prefixes are denied */
	RULES_DEFAULT = RULE_RATE | RULE_TTL,
};

/* One kind of traffic, and how many addresses and ports the server serves under it. */
struct load {
	const char *name;
	__u8 family;     /* enum xe_family */
	bool vlan;       /* frames carry one 802.1Q tag */
	__u32 sources;   /* how many source addresses the requests come from, at random */
	__u32 payload;   /* UDP payload, bytes */
	__u32 addresses; /* served, of each family; at most half of XE_MAX_ADDRESSES */
	__u32 ports;     /* served */
	__u32 rules;     /* in force */
	__u32 run;       /* requests in a row from each source, in turn; 0: at random */
};

#define LOAD_ADDRESS "10.0.0.1"         /* the first served one */
#define LOAD_ADDRESS_IPV6 "fd00::a00:1" /* the same */

extern const __u8 load_client_mac[6], load_server_mac[6];

/* The headers that generators write. */
void load_request(const struct load *load, struct request *request);

/* The whole frame, from the first source: its payload is a message that sockperf's server answers.
 */
void load_frame(const struct load *load, __u8 *frame);

/* Settings that answer every request of `load`: the rates are far above any machine's. */
void load_policy(const struct load *load, struct xe_policy *policy);
/* The lists under which every request is answered; NULL in *lists if there are none. */
int load_lists(const struct load *load, struct xe_policy *policy, struct xe_prefixes **lists,
	       struct xe_error *error);

/* Every address is served untagged and on the VLAN. */
int load_table(const struct load *load, struct xe_table *table, struct xe_error *error);

#endif
