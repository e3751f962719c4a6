// SPDX-License-Identifier: GPL-2.0-only
/* render_text.c - status and stats for people; see render.h. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "counters.h"
#include "format.h"
#include "names.h"
#include "privileges.h"
#include "render.h"

static void print_name(const char *netns, const char *interface)
{
	char text[4 * XE_TEXT_MAX];

	format_name(interface, text, sizeof(text));
	printf("%s", text);
	format_name(netns, text, sizeof(text));
	if (text[0])
		printf(" (netns %s)", text);
}

static void print_addresses(const struct xe_state *state)
{
	struct nic_address *list;
	size_t count = served_addresses(state, &list);
	char text[64];

	printf("  addresses  ");
	for (size_t i = 0; i < count; i++) {
		format_address(&list[i], text, sizeof(text));
		printf("%s%s", i ? ", " : "", text);
	}
	printf("%s\n", count ? "" : "none: nothing is answered until the interface has one");
	free(list);
}

static void print_refusals(const struct xe_info *info)
{
	for (__u32 path = 0; path < XE_PATHS; path++)
		if (info->refusals[path][0])
			printf("  refused    %s\n", info->refusals[path]);
}

/* What refuses a ping that is ours; rules that are off are left out, but not the rate's. */
static void print_rules(const struct xe_policy *policy)
{
	if (policy->rate_pps)
		printf("  rate       %u a second from each source (IPv4 /%d, IPv6 /%d), bursts of "
		       "%u\n",
		       policy->rate_pps, rate_prefix_ipv4(policy), rate_prefix_ipv6(policy),
		       policy->rate_burst);
	else
		printf("  rate       no limit: a spoofed flood is reflected in full\n");
	if (policy->total_pps)
		printf("  total rate %u a second, bursts of %u\n", policy->total_pps,
		       policy->total_burst);
	if (policy->max_size < 65535)
		printf("  max size   %u bytes of payload\n", policy->max_size);
	if (policy->magic_size)
		printf("  magic      %u bytes that payloads have to begin with\n",
		       policy->magic_size);
	if (policy->allowed || policy->denied)
		printf("  lists      %u allowed, %u denied; others are %s\n", policy->allowed,
		       policy->denied, policy->allowed ? "refused" : "answered");
}

static void print_agent(const struct attachment *attachment)
{
	__u64 held = attachment->state->info.agent_capabilities;

	printf("  agent      pid %d, capabilities:%s", attachment->agent, held ? "" : " none");
	for (int n = 0; n < 64; n++)
		if (held >> n & 1 && privileges_name(n))
			printf(" %s", privileges_name(n));
	printf("; system calls %s\n",
	       attachment->state->info.agent_filtered ? "filtered" : "not filtered");
}

static void print_status(const struct attachment *attachment)
{
	const struct xe_state *state = attachment->state;
	const struct xe_info *info = &state->info;
	struct counters total;
	char ports[256];

	counters_total(state, &total);
	format_ports(&state->policy, ports, sizeof(ports));

	print_name(attachment->netns, attachment->interface);
	printf("\n  path       %s: %s\n", path_name(info->path), info->reason);
	if (info->detail[0])
		printf("  detail     %s\n", info->detail);
	print_refusals(info);
	if (info->trouble[0])
		printf("  trouble    %s\n", info->trouble);
	if (info->repairs)
		printf("  repairs    %u\n", info->repairs);
	printf("  driver     %s\n", info->driver[0] ? info->driver : "unknown");
	printf("  ports      %s\n", ports);
	print_addresses(state);
	print_rules(&state->policy);
	if (state->policy.fixed_ttl)
		printf("  ttl        %u, fixed: a loop of reflectors does not die of its TTL\n",
		       state->policy.fixed_ttl);
	if (state->policy.size_histogram)
		printf("  sizes      counted, for the metrics\n");
	if (attachment->agent)
		print_agent(attachment);
	else
		printf("  agent      not running: addresses are no longer followed; attach "
		       "again\n");
	printf("  counters   %" PRIu64 " requests, %" PRIu64 " replies, %" PRIu64
	       " dropped, %" PRIu64 " passed\n",
	       (uint64_t)total.requests, (uint64_t)total.replies,
	       (uint64_t)counters_dropped(&total), (uint64_t)counters_passed(&total));
}

void render_status_text(const struct attachment *list, size_t count)
{
	if (!count)
		printf("nothing is attached\n");
	for (size_t i = 0; i < count; i++) {
		if (i)
			printf("\n");
		print_status(&list[i]);
	}
}

static void print_count(const char *group, const char *name, __u64 value, const char *text)
{
	printf("  %-9s%-18s%14" PRIu64 "%s%s\n", group, name, (uint64_t)value, text ? "  " : "",
	       text ? text : "");
}

static void print_reasons(const struct counters *total, bool drops)
{
	for (const struct reason *reason = reasons; reason->name; reason++)
		if (reason_is_drop(reason->number) == drops && total->reasons[reason->number])
			print_count(drops ? "dropped" : "passed", reason->name,
				    total->reasons[reason->number], reason->text);
}

static void print_totals(const char *netns, const char *interface, __u32 path,
			 const struct counters *total)
{
	print_name(netns, interface);
	printf(", %s\n", path_name(path));
	print_count("requests", "", total->requests, NULL);
	print_count("replies", "", total->replies, NULL);
	print_count("", "payload bytes", total->reply_bytes, NULL);
	print_reasons(total, true);
	print_reasons(total, false);
}

void render_stats_text(const struct attachment *list, size_t count)
{
	if (!count)
		printf("nothing is attached\n");
	for (size_t i = 0; i < count; i++) {
		struct counters total;

		counters_total(list[i].state, &total);
		if (i)
			printf("\n");
		print_totals(list[i].netns, list[i].interface, list[i].state->info.path, &total);
	}
}

void render_watch_totals(const struct watch *watch)
{
	for (size_t i = 0; i < watch->count; i++) {
		const struct watch_row *row = &watch->rows[i];

		if (i)
			printf("\n");
		if (row->problem.code)
			printf("%s\n", row->problem.text);
		else
			print_totals(row->netns, row->interface, row->path, &row->total);
	}
}
