// SPDX-License-Identifier: GPL-2.0-only
/* rule_options.c - see rule_options.h. */
#include <string.h>

#include "policy.h"
#include "rule_options.h"

static int apply_rate(struct invocation *invocation, const char *value, struct xe_error *error)
{
	invocation->parts |= POLICY_RATE;
	return policy_set_rate(&invocation->policy, value, error);
}

static int apply_rate_prefix(struct invocation *invocation, const char *value,
			     struct xe_error *error)
{
	invocation->parts |= POLICY_RATE_PREFIX;
	return policy_set_rate_prefix(&invocation->policy, value, error);
}

static int apply_total_rate(struct invocation *invocation, const char *value,
			    struct xe_error *error)
{
	invocation->parts |= POLICY_TOTAL_RATE;
	return policy_set_total_rate(&invocation->policy, value, error);
}

static int apply_max_size(struct invocation *invocation, const char *value, struct xe_error *error)
{
	invocation->parts |= POLICY_MAX_SIZE;
	return policy_set_max_size(&invocation->policy, value, error);
}

/* Everybody may read a process's arguments, and an agent keeps those of its command. */
static int apply_magic(struct invocation *invocation, const char *value, struct xe_error *error)
{
	int err = policy_set_magic(&invocation->policy, value, error);

	invocation->parts |= POLICY_MAGIC;
	if (!err)
		memset((char *)value, 'x', strlen(value));
	return err;
}

static int apply_allow(struct invocation *invocation, const char *value, struct xe_error *error)
{
	invocation->parts |= POLICY_ALLOW;
	return prefix_list_add_text(&invocation->prefixes, value, true, error);
}

static int apply_deny(struct invocation *invocation, const char *value, struct xe_error *error)
{
	invocation->parts |= POLICY_DENY;
	return prefix_list_add_text(&invocation->prefixes, value, false, error);
}

static int apply_allow_file(struct invocation *invocation, const char *value,
			    struct xe_error *error)
{
	invocation->parts |= POLICY_ALLOW;
	return prefix_list_add_file(&invocation->prefixes, value, true, error);
}

static int apply_deny_file(struct invocation *invocation, const char *value, struct xe_error *error)
{
	invocation->parts |= POLICY_DENY;
	return prefix_list_add_file(&invocation->prefixes, value, false, error);
}

const struct option_spec rule_options[] = {
	{"rate", "PPS[:BURST]",
	 "answer each source so often; 0 for no limit (default " POLICY_RATE_DEFAULT ")",
	 apply_rate},
	{"rate-prefix", "N[,N]",
	 "bits of an IPv4 and an IPv6 address that make a source (default 32,64)",
	 apply_rate_prefix},
	{"total-rate", "PPS[:BURST]", "answer all sources together so often (default 0: no limit)",
	 apply_total_rate},
	{"max-size", "BYTES", "refuse larger payloads (default 65535: none)", apply_max_size},
	{"magic", "HEX", "answer payloads that begin with these bytes alone; \"\" for all",
	 apply_magic},
	{"allow", "CIDR", "answer these sources, and nobody else; repeatable", apply_allow},
	{"deny", "CIDR", "refuse these sources; repeatable; the longest prefix decides",
	 apply_deny},
	{"allow-file", "FILE", "the same, a prefix a line; # begins a comment", apply_allow_file},
	{"deny-file", "FILE", "the same", apply_deny_file},
	{},
};
