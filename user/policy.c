// SPDX-License-Identifier: GPL-2.0-only
/* policy.c - see policy.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bytes.h"
#include "clock.h"
#include "parse.h"
#include "policy.h"
#include "rate_key.h"

enum {
	UNLIMITED = 65535, /* no payload is larger */
	MAX_PPS = 100000000,
};

/* The most that a bucket may be ahead of the clock: so neither overflows in a host's lifetime. */
#define MAX_TOLERANCE (1ULL << 60)

static void set_default_rate(struct xe_policy *policy)
{
	struct xe_error none = {};

	policy_set_rate(policy, POLICY_RATE_DEFAULT, &none);
}

void policy_init(struct xe_policy *policy)
{
	memset(policy, 0, sizeof(*policy));
	policy->max_size = UNLIMITED;
	policy->rate_mask_ipv4 = ~0U;
	policy->rate_mask_ipv6[0] = ~0ULL; /* a /64 is one source: a host has all of it */
	set_default_rate(policy);
}

int policy_add_ports(struct xe_policy *policy, const char *list, struct xe_error *error)
{
	return parse_ports(list, policy->ports, error);
}

int policy_set_ttl(struct xe_policy *policy, const char *text, struct xe_error *error)
{
	__u64 ttl;
	int err = parse_number(text, "ttl", 1, 255, &ttl, error);

	policy->fixed_ttl = ttl;
	return err;
}

static __u64 high_bits(unsigned int count)
{
	return count ? ~0ULL << (64 - count) : 0;
}

/* --- rates ----------------------------------------------------------------------------------- */

/* The clock stands still within a tick, so a burst has to hold what comes in one. */
static int check_burst(const char *text, __u64 pps, __u64 burst, struct xe_error *error)
{
	__u64 tick = clock_tick(), least = (pps * tick + 999999999) / 1000000000;

	if (burst < least)
		return xe_fail(error, EINVAL,
			       "rate \"%s\": BURST must be at least %llu, the packets of one clock "
			       "tick (%.3g ms) at this rate",
			       text, least, tick / 1e6);
	if (burst > MAX_TOLERANCE / clock_interval(pps))
		return xe_fail(error, EINVAL,
			       "rate \"%s\": BURST must be at most %llu at this rate", text,
			       MAX_TOLERANCE / clock_interval(pps));
	return 0;
}

static int parse_rate(const char *text, __u32 *pps, __u32 *burst, struct xe_error *error)
{
	char copy[64], *colon;
	__u64 rate, most;
	int err;

	if (snprintf(copy, sizeof(copy), "%s", text) >= (int)sizeof(copy))
		return xe_fail(error, EINVAL, "rate \"%s\": too long", text);
	colon = strchr(copy, ':');
	if (colon)
		*colon = 0;
	err = parse_number(copy, "rate", 0, MAX_PPS, &rate, error);
	if (!err && colon && !rate)
		err = xe_fail(error, EINVAL, "rate \"%s\": 0 turns it off, and has no BURST", text);
	most = rate;
	if (!err && colon)
		err = parse_number(colon + 1, "burst", 1, MAX_PPS, &most, error);
	if (!err && rate)
		err = check_burst(text, rate, most, error);
	if (err)
		return err;
	*pps = rate;
	*burst = most;
	return 0;
}

int policy_set_rate(struct xe_policy *policy, const char *text, struct xe_error *error)
{
	int err = parse_rate(text, &policy->rate_pps, &policy->rate_burst, error);

	if (err)
		return err;
	policy->rate_interval = policy->rate_pps ? clock_interval(policy->rate_pps) : 0;
	policy->rate_tolerance = policy->rate_interval * policy->rate_burst;
	return 0;
}

/*
 * What CPUs have taken and not used counts as sent, so together they hold at most
 * a quarter of a burst; and 64 packets a time make the bucket's cost small enough.
 */
static __u32 share_of(__u32 burst)
{
	__u32 share = burst / (4 * sysconf(_SC_NPROCESSORS_CONF));

	return share > 64 ? 64 : share ? share : 1;
}

int policy_set_total_rate(struct xe_policy *policy, const char *text, struct xe_error *error)
{
	int err = parse_rate(text, &policy->total_pps, &policy->total_burst, error);

	if (err)
		return err;
	policy->total_interval = policy->total_pps ? clock_interval(policy->total_pps) : 0;
	policy->total_tolerance = policy->total_interval * policy->total_burst;
	policy->total_share = share_of(policy->total_burst);
	return 0;
}

int policy_set_rate_prefix(struct xe_policy *policy, const char *text, struct xe_error *error)
{
	const char *comma = strchr(text, ',');
	__u64 ipv4, ipv6 = 64;
	char first[16];
	int err;

	if (snprintf(first, sizeof(first), "%.*s", (int)(comma ? comma - text : 15), text) !=
	    (int)(comma ? comma - text : (long)strlen(text)))
		return xe_fail(error, EINVAL, "rate prefix \"%s\": too long", text);
	err = parse_number(first, "IPv4 rate prefix", 0, 32, &ipv4, error);
	if (!err && comma)
		err = parse_number(comma + 1, "IPv6 rate prefix", 0, 128, &ipv6, error);
	if (err)
		return err;
	policy->rate_mask_ipv4 = xe_wire32(ipv4 ? ~0U << (32 - ipv4) : 0);
	policy->rate_mask_ipv6[0] = xe_wire64(high_bits(ipv6 > 64 ? 64 : ipv6));
	policy->rate_mask_ipv6[1] = xe_wire64(high_bits(ipv6 > 64 ? ipv6 - 64 : 0));
	return 0;
}

/* --- size and secret ------------------------------------------------------------------------- */

int policy_set_max_size(struct xe_policy *policy, const char *text, struct xe_error *error)
{
	__u64 size;
	int err = parse_number(text, "max-size", 0, UNLIMITED, &size, error);

	if (!err)
		policy->max_size = size;
	return err;
}

int policy_set_magic(struct xe_policy *policy, const char *text, struct xe_error *error)
{
	__u8 magic[XE_MAGIC_MAX] = {};
	__u32 size;
	int err = parse_hex(text, "magic", magic, XE_MAGIC_MAX, &size, error);

	if (err)
		return err;
	memcpy(policy->magic, magic, XE_MAGIC_MAX);
	policy->magic_size = size;
	return 0;
}

/* --- together -------------------------------------------------------------------------------- */

void policy_take(struct xe_policy *policy, const struct xe_policy *from, unsigned int parts)
{
	if (parts & POLICY_RATE) {
		policy->rate_interval = from->rate_interval;
		policy->rate_tolerance = from->rate_tolerance;
		policy->rate_pps = from->rate_pps;
		policy->rate_burst = from->rate_burst;
	}
	if (parts & POLICY_RATE_PREFIX) {
		policy->rate_mask_ipv4 = from->rate_mask_ipv4;
		memcpy(policy->rate_mask_ipv6, from->rate_mask_ipv6, sizeof(from->rate_mask_ipv6));
	}
	if (parts & POLICY_TOTAL_RATE) {
		policy->total_interval = from->total_interval;
		policy->total_tolerance = from->total_tolerance;
		policy->total_share = from->total_share;
		policy->total_pps = from->total_pps;
		policy->total_burst = from->total_burst;
	}
	if (parts & POLICY_MAX_SIZE)
		policy->max_size = from->max_size;
	if (parts & POLICY_MAGIC) {
		memcpy(policy->magic, from->magic, sizeof(policy->magic));
		policy->magic_size = from->magic_size;
	}
}

void policy_use_lists(struct xe_policy *policy, const struct xe_prefixes *lists)
{
	policy->prefix_nodes = lists ? lists->nodes : 0;
	policy->prefix_filter = lists ? lists->filter : 0;
	policy->allowed = lists ? lists->allowed : 0;
	policy->denied = lists ? lists->denied : 0;
	for (int family = XE_IPV4; family <= XE_IPV6; family++)
		policy->prefix_roots[family] = lists ? lists->roots[family] : 0;
}

bool policy_serves_port(const struct xe_policy *policy, __u32 port)
{
	return policy->ports[xe_wire16(port)] == XE_PORT_SERVED;
}

static bool serves_no_port(const struct xe_policy *policy)
{
	for (__u32 port = 1; port < 65536; port++)
		if (policy_serves_port(policy, port))
			return false;
	return true;
}

/* A reply to a served port or to a privileged one could start an endless exchange. */
void policy_fill_ports(struct xe_policy *policy)
{
	for (__u32 port = 0; port < 1024; port++)
		if (!policy_serves_port(policy, port))
			policy->ports[xe_wire16(port)] = XE_PORT_REFUSED;
}

static bool masks_are_usual(const struct xe_policy *policy)
{
	return policy->rate_mask_ipv4 == ~0U && policy->rate_mask_ipv6[0] == ~0ULL &&
	       policy->rate_mask_ipv6[1] == 0;
}

void policy_choose_way(struct xe_policy *policy)
{
	policy->plain = XE_NOT_PLAIN;
	if (!policy->extra && !policy->fixed_ttl && masks_are_usual(policy))
		policy->plain = policy->size_histogram ? XE_PLAIN_SIZES : XE_PLAIN;
}

int policy_finish(struct xe_policy *policy, const struct xe_policy *before, struct xe_error *error)
{
	if (serves_no_port(policy))
		policy->ports[xe_wire16(POLICY_PORT)] = XE_PORT_SERVED;
	policy_fill_ports(policy);
	policy->extra = policy->total_interval || policy->max_size < UNLIMITED ||
			policy->magic_size || policy->prefix_nodes;
	policy_choose_way(policy);
	if (!before)
		return rate_key_draw(policy, error);
	memcpy(policy->hash_key, before->hash_key, sizeof(policy->hash_key));
	return 0;
}
