// SPDX-License-Identifier: GPL-2.0-only
/* render_json.c - status, stats and errors for programs (jansson); see render.h. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "counters.h"
#include "format.h"
#include "names.h"
#include "policy.h"
#include "privileges.h"
#include "render.h"

#define SCHEMA_VERSION 1

static json_t *json_ports(const struct xe_policy *policy)
{
	json_t *array = json_array();

	for (__u32 port = 1; port < 65536; port++)
		if (policy_serves_port(policy, port))
			json_array_append_new(array, json_integer(port));
	return array;
}

static json_t *json_addresses(const struct xe_state *state)
{
	json_t *array = json_array();
	struct nic_address *list;
	size_t count = served_addresses(state, &list);
	char text[64];

	for (size_t i = 0; i < count; i++) {
		format_address(&list[i], text, sizeof(text));
		json_array_append_new(array, json_string(text));
	}
	free(list);
	return array;
}

/* Every reason is a key, also at 0, so that a reader need not guess. */
static json_t *json_reasons(const struct counters *counters, bool drops)
{
	json_t *object = json_object();

	for (const struct reason *reason = reasons; reason->name; reason++)
		if (reason_is_drop(reason->number) == drops)
			json_object_set_new(object, reason->name,
					    json_integer(counters->reasons[reason->number]));
	return object;
}

static json_t *json_counters(const struct counters *counters)
{
	return json_pack("{s:I, s:I, s:I, s:o, s:o}", "requests", (json_int_t)counters->requests,
			 "replies", (json_int_t)counters->replies, "reply_bytes",
			 (json_int_t)counters->reply_bytes, "passed", json_reasons(counters, false),
			 "dropped", json_reasons(counters, true));
}

static json_t *json_total(const struct xe_state *state)
{
	struct counters total;

	counters_total(state, &total);
	return json_counters(&total);
}

static json_t *json_refusals(const struct xe_info *info)
{
	json_t *object = json_object();

	for (__u32 path = 0; path < XE_PATHS; path++)
		if (info->refusals[path][0])
			json_object_set_new(object, path_name(path),
					    json_string(info->refusals[path]));
	return object;
}

/* A rate of 0 is off; so are 0 bytes of magic, and lists without prefixes. */
static json_t *json_rules(const struct xe_policy *policy)
{
	return json_pack("{s:{s:i, s:i, s:i, s:i}, s:{s:i, s:i}, s:i, s:i, s:i, s:i}", "rate",
			 "pps", (int)policy->rate_pps, "burst", (int)policy->rate_burst,
			 "ipv4_prefix", rate_prefix_ipv4(policy), "ipv6_prefix",
			 rate_prefix_ipv6(policy), "total_rate", "pps", (int)policy->total_pps,
			 "burst", (int)policy->total_burst, "max_size", (int)policy->max_size,
			 "magic_bytes", (int)policy->magic_size, "allow", (int)policy->allowed,
			 "deny", (int)policy->denied);
}

static json_t *json_capabilities(__u64 held)
{
	json_t *array = json_array();

	for (int n = 0; n < 64; n++)
		if (held >> n & 1 && privileges_name(n))
			json_array_append_new(array, json_string(privileges_name(n)));
	return array;
}

static json_t *json_status(const struct attachment *attachment)
{
	const struct xe_state *state = attachment->state;
	const struct xe_info *info = &state->info;

	return json_pack(
		"{s:s, s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:I, s:o, s:s, s:o, s:o, "
		"s:i, s:o, s:b, s:{s:i, s:b, s:o, s:b}, s:o}",
		"interface", info->interface, "ifindex", (int)info->ifindex, "netns", info->netns,
		"path", path_name(info->path), "mode", path_name(state->request.path), "reason",
		info->reason, "detail", info->detail, "trouble", info->trouble, "repairs",
		(int)info->repairs, "repaired_at", (json_int_t)info->repaired_at, "refusals",
		json_refusals(info), "driver", info->driver, "ports", json_ports(&state->policy),
		"addresses", json_addresses(state), "ttl", (int)state->policy.fixed_ttl, "rules",
		json_rules(&state->policy), "size_histogram", state->policy.size_histogram, "agent",
		"pid", (int)info->agent_pid, "alive", attachment->agent != 0, "capabilities",
		json_capabilities(info->agent_capabilities), "seccomp", info->agent_filtered != 0,
		"counters", json_total(state));
}

static json_t *json_stats(const struct attachment *attachment)
{
	const struct xe_info *info = &attachment->state->info;

	return json_pack("{s:s, s:s, s:s, s:o}", "interface", info->interface, "netns", info->netns,
			 "path", path_name(info->path), "counters", json_total(attachment->state));
}

static int print_json(json_t *root, FILE *out, size_t flags, struct xe_error *error)
{
	int err = root ? json_dumpf(root, out, flags) : -1;

	json_decref(root);
	if (!err)
		fputc('\n', out);
	if (err || fflush(out))
		return xe_fail(error, EIO, "cannot write JSON");
	return 0;
}

static int render(const struct attachment *list, size_t count,
		  json_t *(*one)(const struct attachment *), struct xe_error *error)
{
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(array, one(&list[i]));
	return print_json(
		json_pack("{s:i, s:o}", "schema_version", SCHEMA_VERSION, "interfaces", array),
		stdout, JSON_INDENT(2), error);
}

int render_status_json(const struct attachment *list, size_t count, struct xe_error *error)
{
	return render(list, count, json_status, error);
}

int render_stats_json(const struct attachment *list, size_t count, struct xe_error *error)
{
	return render(list, count, json_stats, error);
}

static json_t *json_reason_rates(const struct rates *rates, bool drops)
{
	json_t *object = json_object();

	for (const struct reason *reason = reasons; reason->name; reason++)
		if (reason_is_drop(reason->number) == drops)
			json_object_set_new(object, reason->name,
					    json_real(rates->reasons[reason->number]));
	return object;
}

static json_t *json_watch_row(const struct watch_row *row)
{
	if (row->problem.code)
		return json_pack("{s:s, s:s, s:s}", "interface", row->interface, "netns",
				 row->netns, "error", row->problem.text);
	return json_pack("{s:s, s:s, s:s, s:b, s:o, s:{s:f, s:f, s:f, s:o, s:o}}", "interface",
			 row->interface, "netns", row->netns, "path", path_name(row->path),
			 "agent_alive", row->agent, "counters", json_counters(&row->total), "rates",
			 "requests", row->rates.requests, "replies", row->rates.replies,
			 "reply_bytes", row->rates.reply_bytes, "passed",
			 json_reason_rates(&row->rates, false), "dropped",
			 json_reason_rates(&row->rates, true));
}

int render_watch_json(const struct watch *watch, bool last, struct xe_error *error)
{
	json_t *array = json_array();
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	for (size_t i = 0; i < watch->count; i++)
		json_array_append_new(array, json_watch_row(&watch->rows[i]));
	return print_json(json_pack("{s:i, s:f, s:f, s:b, s:o}", "schema_version", SCHEMA_VERSION,
				    "time", now.tv_sec + now.tv_nsec / 1e9, "seconds",
				    watch->elapsed, "last", last, "interfaces", array),
			  stdout, JSON_COMPACT | JSON_REAL_PRECISION(15), error);
}

void render_error(const struct xe_error *error, bool json)
{
	struct xe_error ignored = {};

	if (json)
		print_json(json_pack("{s:s}", "error", error->text), stderr, 0, &ignored);
	else
		fprintf(stderr, "xdp-echo: %s\n", error->text);
}
