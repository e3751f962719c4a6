// SPDX-License-Identifier: GPL-2.0-only
/* metrics.c - see metrics.h. Names, types and help texts are in the table at the end. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "counters.h"
#include "metrics.h"
#include "names.h"
#include "process_metrics.h"

/* An attachment's counters at one moment. */
struct snapshot {
	const struct attachment *of;
	bool used[XE_PATHS];
	struct counters counters[XE_PATHS][XE_FAMILIES];
	struct size_histogram sizes[XE_PATHS];
};

struct collector {
	struct exposition exposition;
	const struct metrics_source *source;
	struct snapshot *snapshots; /* source->count of them */
};

/* --- reading --------------------------------------------------------------------------------- */

static bool counted_anything(const struct counters *counters)
{
	__u64 any = counters->replies;

	for (__u32 reason = 0; reason < XE_REASON_SLOTS; reason++)
		any |= counters->reasons[reason];
	return any != 0;
}

/*
 * The path in use and the socket path below it are shown from the start, at 0, so that the first
 * packet is an increase; other paths once they have counted something.
 */
static void take_snapshot(const struct attachment *attachment, struct snapshot *snapshot)
{
	const struct xe_state *state = attachment->state;

	snapshot->of = attachment;
	for (__u32 path = 0; path < XE_PATHS; path++) {
		snapshot->used[path] = path == state->info.path || path == XE_SOCKET;
		for (__u32 family = 0; family < XE_FAMILIES; family++) {
			struct counters *counters = &snapshot->counters[path][family];

			counters_read(state, path, family, counters);
			snapshot->used[path] |= counted_anything(counters);
		}
		counters_sizes(state, path, &snapshot->sizes[path]);
	}
}

/* --- labels ---------------------------------------------------------------------------------- */

static void label_add(struct label *labels, const char *name, const char *value)
{
	while (labels->name)
		labels++;
	*labels = (struct label){name, value};
}

static void label_names(struct label *labels, const char *netns, const char *interface)
{
	label_add(labels, "interface", interface);
	label_add(labels, "netns", netns);
}

/* --- counters by interface, path and family -------------------------------------------------- */

typedef void (*write_counters)(const struct exposition *exposition, struct label *labels,
			       const struct counters *counters, __u32 family);

static void each_family(const struct collector *collector, write_counters write)
{
	for (size_t i = 0; i < collector->source->count; i++) {
		const struct snapshot *snapshot = &collector->snapshots[i];

		for (__u32 path = 0; path < XE_PATHS; path++)
			for (__u32 family = 0; snapshot->used[path] && family < XE_FAMILIES;
			     family++) {
				struct label labels[EXPOSITION_LABELS] = {};

				label_names(labels, snapshot->of->netns, snapshot->of->interface);
				label_add(labels, "path", path_name(path));
				label_add(labels, "family", family_name(family));
				write(&collector->exposition, labels,
				      &snapshot->counters[path][family], family);
			}
	}
}

/* A request of no known family was lost before it was looked at, and is rare: shown if there is
 * one. */
static void write_requests(const struct exposition *exposition, struct label *labels,
			   const struct counters *counters, __u32 family)
{
	if (family != XE_OTHER || counters->requests)
		exposition_count(exposition, labels, counters->requests);
}

static void write_replies(const struct exposition *exposition, struct label *labels,
			  const struct counters *counters, __u32 family)
{
	if (family != XE_OTHER)
		exposition_count(exposition, labels, counters->replies);
}

static void write_reply_bytes(const struct exposition *exposition, struct label *labels,
			      const struct counters *counters, __u32 family)
{
	if (family != XE_OTHER)
		exposition_count(exposition, labels, counters->reply_bytes);
}

static void write_reasons(const struct exposition *exposition, struct label *labels,
			  const struct counters *counters, bool drops)
{
	struct label *last = labels;

	while (last->name)
		last++;
	for (const struct reason *reason = reasons; reason->name; reason++) {
		if (reason_is_drop(reason->number) != drops)
			continue;
		*last = (struct label){"reason", reason->name};
		exposition_count(exposition, labels, counters->reasons[reason->number]);
	}
}

static void write_dropped(const struct exposition *exposition, struct label *labels,
			  const struct counters *counters, __u32 family)
{
	if (family != XE_OTHER || counters->requests)
		write_reasons(exposition, labels, counters, true);
}

static void write_passed(const struct exposition *exposition, struct label *labels,
			 const struct counters *counters, __u32 family)
{
	(void)family;
	write_reasons(exposition, labels, counters, false);
}

static void collect_requests(const struct collector *collector)
{
	each_family(collector, write_requests);
}

static void collect_replies(const struct collector *collector)
{
	each_family(collector, write_replies);
}

static void collect_reply_bytes(const struct collector *collector)
{
	each_family(collector, write_reply_bytes);
}

static void collect_dropped(const struct collector *collector)
{
	each_family(collector, write_dropped);
}

static void collect_passed(const struct collector *collector)
{
	each_family(collector, write_passed);
}

/* --- the histogram --------------------------------------------------------------------------- */

/* Upper bounds, all of them multiples of XE_SIZE_STEP; 1472 fills an IPv4 packet of 1500 bytes. */
static const __u32 bounds[] = {32, 64, 128, 256, 512, 1024, 1472};

static void write_histogram(const struct exposition *exposition, struct label *labels,
			    const struct size_histogram *histogram)
{
	struct label *last = labels;
	__u64 sum = 0;
	__u32 slot = 0;
	char text[16];

	while (last->name)
		last++;
	for (size_t i = 0; i < sizeof(bounds) / sizeof(*bounds); i++) {
		for (; slot <= bounds[i] / XE_SIZE_STEP; slot++)
			sum += histogram->slots[slot];
		snprintf(text, sizeof(text), "%u.0", bounds[i]); /* as OpenMetrics wants floats */
		*last = (struct label){"le", text};
		exposition_part(exposition, "_bucket", labels, sum);
	}
	for (; slot < XE_SIZE_SLOTS; slot++)
		sum += histogram->slots[slot];
	*last = (struct label){"le", "+Inf"};
	exposition_part(exposition, "_bucket", labels, sum);
	*last = (struct label){};
	exposition_part(exposition, "_sum", labels, histogram->sum);
	exposition_part(exposition, "_count", labels, sum);
}

static void collect_sizes(const struct collector *collector)
{
	for (size_t i = 0; i < collector->source->count; i++) {
		const struct snapshot *snapshot = &collector->snapshots[i];

		if (!snapshot->of->state->policy.size_histogram)
			continue;
		for (__u32 path = 0; path < XE_PATHS; path++) {
			struct label labels[EXPOSITION_LABELS] = {};

			if (!snapshot->used[path])
				continue;
			label_names(labels, snapshot->of->netns, snapshot->of->interface);
			label_add(labels, "path", path_name(path));
			write_histogram(&collector->exposition, labels, &snapshot->sizes[path]);
		}
	}
}

/* --- attachments ----------------------------------------------------------------------------- */

static void collect_interface(const struct collector *collector)
{
	for (size_t i = 0; i < collector->source->count; i++) {
		const struct attachment *attachment = &collector->source->list[i];
		const struct xe_info *info = &attachment->state->info;
		struct label labels[EXPOSITION_LABELS] = {};

		label_names(labels, attachment->netns, attachment->interface);
		label_add(labels, "driver", info->driver);
		label_add(labels, "path", path_name(info->path));
		label_add(labels, "mode", path_name(attachment->state->request.path));
		label_add(labels, "mode_reason", info->reason);
		exposition_count(&collector->exposition, labels, 1);
	}
}

/* One number of each attachment that can be read. */
static void each_attachment(const struct collector *collector,
			    __u64 (*number)(const struct attachment *attachment))
{
	for (size_t i = 0; i < collector->source->count; i++) {
		const struct attachment *attachment = &collector->source->list[i];
		struct label labels[EXPOSITION_LABELS] = {};

		label_names(labels, attachment->netns, attachment->interface);
		exposition_count(&collector->exposition, labels, number(attachment));
	}
}

static __u64 agent_up(const struct attachment *attachment)
{
	return attachment->agent != 0;
}

static void collect_agent_up(const struct collector *collector)
{
	each_attachment(collector, agent_up);
}

static __u64 attached_at(const struct attachment *attachment)
{
	return attachment->state->info.attached_at;
}

static void collect_attached_at(const struct collector *collector)
{
	each_attachment(collector, attached_at);
}

static __u64 one(const struct attachment *attachment)
{
	(void)attachment;
	return 1;
}

static void collect_readable(const struct collector *collector)
{
	each_attachment(collector, one);
	for (size_t i = 0; i < collector->source->broken_count; i++) {
		const struct unreadable *broken = &collector->source->broken[i];
		struct label labels[EXPOSITION_LABELS] = {};

		label_names(labels, broken->netns, broken->interface);
		exposition_count(&collector->exposition, labels, 0);
	}
}

/* No limit, no sample: 0 would say that nothing may pass. */
static void collect_rate_limit(const struct collector *collector)
{
	for (size_t i = 0; i < collector->source->count; i++) {
		const struct attachment *attachment = &collector->source->list[i];
		const struct xe_policy *policy = &attachment->state->policy;
		const __u32 limits[] = {policy->rate_pps, policy->total_pps};
		const char *const scopes[] = {"source", "interface"};

		for (int scope = 0; scope < 2; scope++) {
			struct label labels[EXPOSITION_LABELS] = {};

			label_names(labels, attachment->netns, attachment->interface);
			label_add(labels, "scope", scopes[scope]);
			if (limits[scope])
				exposition_count(&collector->exposition, labels, limits[scope]);
		}
	}
}

/* --- ourselves ------------------------------------------------------------------------------- */

static void collect_build(const struct collector *collector)
{
	const struct label labels[] = {{"version", XE_VERSION}, {}};

	exposition_count(&collector->exposition, labels, 1);
}

static const struct {
	void (*collect)(const struct collector *collector);
	struct metric metric;
} table[] = {
	{collect_requests,
	 {"xdp_echo_requests", METRIC_COUNTER, NULL,
	  "Pings that were ours to answer: replies plus dropped."}},
	{collect_replies, {"xdp_echo_replies", METRIC_COUNTER, NULL, "Pings answered."}},
	{collect_reply_bytes,
	 {"xdp_echo_reply_bytes", METRIC_COUNTER, "bytes", "UDP payload of the replies."}},
	{collect_dropped, {"xdp_echo_dropped", METRIC_COUNTER, NULL, "Pings refused, by reason."}},
	{collect_passed,
	 {"xdp_echo_passed", METRIC_COUNTER, NULL,
	  "Packets that the path left to the kernel's stack, by reason."}},
	{collect_sizes,
	 {"xdp_echo_request_size_bytes", METRIC_HISTOGRAM, "bytes",
	  "UDP payload of the requests, where attach was given --size-histogram."}},
	{collect_interface,
	 {"xdp_echo_interface", METRIC_INFO, NULL,
	  "An attached interface: driver, path in use, mode asked for, and why this path."}},
	{collect_agent_up,
	 {"xdp_echo_agent_up", METRIC_GAUGE, NULL,
	  "1 if the interface's agent is alive, 0 if changes of addresses are not followed."}},
	{collect_attached_at,
	 {"xdp_echo_attach_timestamp_seconds", METRIC_GAUGE, "seconds",
	  "When the interface was attached and its counters were 0, since the epoch."}},
	{collect_rate_limit,
	 {"xdp_echo_rate_limit", METRIC_GAUGE, NULL,
	  "Pings a second that are answered at most, of each source or of all together."}},
	{collect_readable,
	 {"xdp_echo_state_readable", METRIC_GAUGE, NULL,
	  "0 if what is pinned for the interface is broken, or of another version."}},
	{collect_build, {"xdp_echo_build", METRIC_INFO, NULL, "The version that tells this."}},
};

static void write_exporter(struct collector *collector)
{
	static const struct metric errors = {
		"xdp_echo_scrape_errors", METRIC_COUNTER, NULL,
		"Interfaces that could not be read, added up over this process's scrapes."};

	exposition_begin(&collector->exposition, &errors);
	exposition_count(&collector->exposition, NULL, *collector->source->scrape_errors);
	process_metrics_write(&collector->exposition);
}

#define METRICS (sizeof(table) / sizeof(*table))

int metrics_write(FILE *out, enum exposition_format format, const struct metrics_source *source,
		  struct xe_error *error)
{
	struct collector collector = {.exposition = {.out = out, .format = format},
				      .source = source};

	collector.snapshots = calloc(source->count + 1, sizeof(*collector.snapshots));
	if (!collector.snapshots)
		return xe_fail(error, ENOMEM, "out of memory");
	for (size_t i = 0; i < source->count; i++)
		take_snapshot(&source->list[i], &collector.snapshots[i]);
	for (size_t i = 0; i < METRICS; i++) {
		exposition_begin(&collector.exposition, &table[i].metric);
		table[i].collect(&collector);
	}
	if (source->scrape_errors)
		write_exporter(&collector);
	exposition_end(&collector.exposition);
	free(collector.snapshots);
	return 0;
}
