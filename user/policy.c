// SPDX-License-Identifier: GPL-2.0-only
/* policy.c - see policy.h. */
#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "bytes.h"
#include "parse.h"
#include "policy.h"

void policy_init(struct xe_policy *policy)
{
	memset(policy, 0, sizeof(*policy));
	policy->max_size = 65535;
	policy->rate_mask_ipv4 = ~0U;
	policy->rate_mask_ipv6[0] = ~0ULL; /* a /64 is one source: a host has all of it */
}

int policy_add_ports(struct xe_policy *policy, const char *list, struct xe_error *error)
{
	return parse_ports(list, policy->served_ports, error);
}

int policy_set_ttl(struct xe_policy *policy, const char *text, struct xe_error *error)
{
	__u64 ttl;
	int err = parse_number(text, "ttl", 1, 255, &ttl, error);

	policy->fixed_ttl = ttl;
	return err;
}

static bool serves_no_port(const struct xe_policy *policy)
{
	for (int i = 0; i < 1024; i++)
		if (policy->served_ports[i])
			return false;
	return true;
}

/* Served ports and privileged ones: a reply to either could start an endless exchange. */
static void refuse_source_ports(struct xe_policy *policy)
{
	memcpy(policy->refused_source_ports, policy->served_ports, sizeof(policy->served_ports));
	for (__u32 port = 0; port < 1024; port++) {
		__u16 wire = xe_wire16(port);

		policy->refused_source_ports[wire >> 6] |= 1ULL << (wire & 63);
	}
}

int policy_finish(struct xe_policy *policy, const struct xe_policy *before, struct xe_error *error)
{
	if (serves_no_port(policy)) {
		__u16 wire = xe_wire16(POLICY_PORT);

		policy->served_ports[wire >> 6] |= 1ULL << (wire & 63);
	}
	refuse_source_ports(policy);
	if (before)
		memcpy(policy->hash_key, before->hash_key, sizeof(policy->hash_key));
	else if (getrandom(policy->hash_key, sizeof(policy->hash_key), 0) < 0)
		return xe_fail(error, errno, "no random numbers: %s", strerror(errno));
	policy->hash_key[1] |= 1;
	return 0;
}
