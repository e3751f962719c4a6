// SPDX-License-Identifier: GPL-2.0-only
/* format.c - see format.h. */
#include <arpa/inet.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "format.h"
#include "policy.h"
#include "table.h"

void format_ports(const struct xe_policy *policy, char *text, size_t size)
{
	size_t used = 0;

	text[0] = 0;
	for (__u32 port = 1; port < 65536 && used < size; port++) {
		__u32 first = port;

		if (!policy_serves_port(policy, port))
			continue;
		while (port < 65535 && policy_serves_port(policy, port + 1))
			port++;
		used += snprintf(text + used, size - used, "%s%u", used ? ", " : "", first);
		if (port > first && used < size)
			used += snprintf(text + used, size - used, "-%u", port);
	}
}

void format_address(const struct nic_address *address, char *text, size_t size)
{
	__u32 outer = address->vlan & ((1 << XE_VLAN_BITS) - 1);
	__u32 inner = address->vlan >> XE_VLAN_BITS;
	size_t used;

	inet_ntop(address->family == XE_IPV4 ? AF_INET : AF_INET6, address->bytes, text, size);
	used = strlen(text);
	if (outer)
		used += snprintf(text + used, size - used, "@%u", outer & ~XE_VLAN_8021AD);
	if (inner && used < size)
		snprintf(text + used, size - used, ".%u", inner & ~XE_VLAN_8021AD);
}

static int by_address(const void *a, const void *b)
{
	const struct nic_address *one = a, *two = b;

	if (one->family != two->family)
		return one->family - two->family;
	if (one->vlan != two->vlan)
		return one->vlan < two->vlan ? -1 : 1;
	return memcmp(one->bytes, two->bytes, sizeof(one->bytes));
}

size_t served_addresses(const struct xe_state *state, struct nic_address **list)
{
	struct table_copy *copy = calloc(1, sizeof(*copy));
	struct xe_error error = {};
	size_t count = 0, served = 0;

	*list = NULL;
	if (!copy)
		return 0;
	table_follow(&state->live, copy);
	if (table_entries(&copy->table, list, &count, &error))
		count = 0;
	for (size_t i = 0; i < count; i++)
		if ((*list)[i].kind == XE_ADDRESS_SERVED)
			(*list)[served++] = (*list)[i];
	if (served)
		qsort(*list, served, sizeof(**list), by_address);
	free(copy);
	return served;
}

static void format_shortly(__u64 number, char *text, size_t size)
{
	static const char units[] = " kMGTPE";
	double value = number;
	size_t unit = 0;

	while (value >= 999.5) {
		value /= 1000;
		unit++;
	}
	if (!unit)
		snprintf(text, size, "%.0f", value);
	else
		snprintf(text, size, "%.*f%c", value < 9.995 ? 2 : value < 99.95, value,
			 units[unit]);
}

void format_number(__u64 number, bool shortly, char *text, size_t size)
{
	char digits[32];
	size_t used = 0;
	int length;

	if (shortly && number >= 100000) {
		format_shortly(number, text, size);
		return;
	}
	length = snprintf(digits, sizeof(digits), "%llu", number);
	for (int i = 0; i < length && used + 2 < size; i++) {
		if (i && (length - i) % 3 == 0)
			text[used++] = ',';
		text[used++] = digits[i];
	}
	text[used] = 0;
}

int rate_decimals(double rate)
{
	return rate < 9.95 && fabs(rate - round(rate)) >= 0.05 ? 1 : 0;
}

void format_name(const char *name, char *text, size_t size)
{
	size_t used = 0;

	for (const unsigned char *p = (const unsigned char *)name; *p && used + 5 < size; p++)
		used += sprintf(text + used, *p > ' ' && *p < 0x7f ? "%c" : "\\x%02x", *p);
	text[used] = 0;
}

int rate_prefix_ipv4(const struct xe_policy *policy)
{
	return __builtin_popcount(policy->rate_mask_ipv4);
}

int rate_prefix_ipv6(const struct xe_policy *policy)
{
	return __builtin_popcountll(policy->rate_mask_ipv6[0]) +
	       __builtin_popcountll(policy->rate_mask_ipv6[1]);
}
