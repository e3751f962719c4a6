// SPDX-License-Identifier: GPL-2.0-only
/* settings.c - see settings.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "packet_table.h"
#include "policy.h"
#include "prefix_list.h"
#include "settings.h"

#define Q(id)                                                                                      \
	{                                                                                          \
		0x8100, id                                                                         \
	}
#define AD(id)                                                                                     \
	{                                                                                          \
		0x88a8, id                                                                         \
	}

const struct fuzz_address fuzz_host[] = {
	{"192.0.2.1", {{0, 0}}, XE_ADDRESS_SERVED},
	{"192.0.2.9", {{0, 0}}, XE_ADDRESS_OWN},
	{"192.0.2.255", {{0, 0}}, XE_ADDRESS_BROADCAST},
	{"198.51.100.1", {Q(10)}, XE_ADDRESS_SERVED},
	{"198.51.100.255", {Q(10)}, XE_ADDRESS_BROADCAST},
	{"203.0.113.1", {Q(20), Q(30)}, XE_ADDRESS_SERVED},
	{"203.0.113.2", {AD(20), Q(30)}, XE_ADDRESS_SERVED},
	{"203.0.113.3", {AD(20)}, XE_ADDRESS_SERVED},
	{"2001:db8::1", {{0, 0}}, XE_ADDRESS_SERVED},
	{"2001:db8::9", {{0, 0}}, XE_ADDRESS_OWN},
	{"fe80::1", {{0, 0}}, XE_ADDRESS_SERVED},
	{"2001:db8:10::1", {Q(10)}, XE_ADDRESS_SERVED},
	{"2001:db8:20::2", {AD(20), Q(30)}, XE_ADDRESS_SERVED},
	{0},
};

static const struct fuzz_prefix denied[] = {
	{"192.0.2.128/25", false},        {"192.0.2.200/32", true},
	{"2001:db8:ffff::/48", false},    {"198.51.100.64/26", false},
	{"2001:db8::8000/113", false},    {"192.0.2.201", false},
	{"2001:db8:ffff:1::2/128", true}, {0},
};

static const struct fuzz_prefix allowed[] = {
	{"192.0.2.0/28", true},
	{"192.0.2.4/30", false},
	{"2001:db8::/120", true},
	{0},
};

const struct fuzz_settings fuzz_settings[FUZZ_SETTINGS] = {
	{.ports = "7", .max_size = 65535},
	{.ports = "7,4000-4010,65535", .max_size = 65535, .fixed_ttl = 64},
	{.ports = "7", .max_size = 20, .magic = "ping"},
	{.ports = "7", .max_size = 65535, .prefixes = denied, .with_filter = true},
	{.ports = "7", .max_size = 100, .magic = "0123456789abcdef", .prefixes = allowed},
	{.ports = "7", .max_size = 65535, .burst = 2},
	{.ports = "7", .max_size = 65535, .total_burst = 2, .burst = 3},
	{.ports = "7,1024-9999", .max_size = 0, .fixed_ttl = 1},
};

static void check(int err, const struct xe_error *error)
{
	if (!err)
		return;
	fprintf(stderr, "settings: %s\n", error->text);
	abort();
}

static void fill_magic(const struct fuzz_settings *settings, struct xe_policy *policy)
{
	char hex[2 * XE_MAGIC_MAX + 1] = "";
	struct xe_error error = {};

	for (size_t i = 0; settings->magic && i < strlen(settings->magic); i++)
		sprintf(hex + 2 * i, "%02x", settings->magic[i]);
	check(policy_set_magic(policy, hex, &error), &error);
}

static void fill_rates(const struct fuzz_settings *settings, struct xe_policy *policy)
{
	struct xe_error error = {};
	char text[32];

	snprintf(text, sizeof(text), settings->burst ? "1:%d" : "0", settings->burst);
	check(policy_set_rate(policy, text, &error), &error);
	snprintf(text, sizeof(text), settings->total_burst ? "1:%d" : "0", settings->total_burst);
	check(policy_set_total_rate(policy, text, &error), &error);
}

static void fill_lists(const struct fuzz_settings *settings, struct prefix_list *list)
{
	struct xe_error error = {};

	do
		for (const struct fuzz_prefix *prefix = settings->prefixes; prefix && prefix->text;
		     prefix++)
			check(prefix_list_add_text(list, prefix->text, prefix->allow, &error),
			      &error);
	while (settings->with_filter && list->count < PREFIX_FILTER_FROM);
}

void fuzz_fill_policy(const struct fuzz_settings *settings, struct xe_policy *policy,
		      struct xe_prefixes **lists)
{
	struct prefix_list list = {};
	struct xe_error error = {};
	char size[16];

	policy_init(policy);
	check(policy_add_ports(policy, settings->ports, &error), &error);
	snprintf(size, sizeof(size), "%d", settings->max_size);
	check(policy_set_max_size(policy, size, &error), &error);
	fill_magic(settings, policy);
	fill_rates(settings, policy);
	policy->fixed_ttl = settings->fixed_ttl;
	fill_lists(settings, &list);
	check(prefixes_build(&list, lists, &error), &error);
	prefix_list_free(&list);
	policy_use_lists(policy, *lists);
	check(policy_finish(policy, NULL, &error), &error);
}

/* The key of a VLAN, spelled out from abi.h. */
static __u32 key_of(const struct tag tags[2])
{
	__u32 key = 0;

	for (int i = 1; i >= 0; i--)
		if (tags[i].type)
			key = key << 13 | tags[i].tci | (tags[i].type == 0x88a8) << 12;
	return key;
}

void fuzz_fill_table(struct xe_table *table)
{
	struct host_address list[sizeof(fuzz_host) / sizeof(*fuzz_host)] = {};

	for (int i = 0; fuzz_host[i].text; i++)
		list[i] = (struct host_address){fuzz_host[i].text, key_of(fuzz_host[i].tags),
						fuzz_host[i].kind};
	fill_addresses(table, list);
}
