// SPDX-License-Identifier: GPL-2.0-only
/* exposition.c - see exposition.h. */
#include <inttypes.h>

#include "exposition.h"

const char *exposition_content_type(enum exposition_format format)
{
	return format == EXPOSITION_OPENMETRICS
		       ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
		       : "text/plain; version=0.0.4; charset=utf-8";
}

/* What the samples of a metric add to its name. The text format names the metric with it, too. */
static const char *own_suffix(const struct metric *metric)
{
	static const char *const suffixes[] = {
		[METRIC_COUNTER] = "_total",
		[METRIC_GAUGE] = "",
		[METRIC_INFO] = "_info",
		[METRIC_HISTOGRAM] = "",
	};

	return suffixes[metric->type];
}

static const char *type_name(const struct exposition *exposition)
{
	static const char *const names[] = {
		[METRIC_COUNTER] = "counter",
		[METRIC_GAUGE] = "gauge",
		[METRIC_INFO] = "info",
		[METRIC_HISTOGRAM] = "histogram",
	};

	if (exposition->format == EXPOSITION_TEXT && exposition->metric->type == METRIC_INFO)
		return "gauge"; /* the text format knows no info */
	return names[exposition->metric->type];
}

void exposition_begin(struct exposition *exposition, const struct metric *metric)
{
	const char *suffix = exposition->format == EXPOSITION_TEXT ? own_suffix(metric) : "";
	FILE *out = exposition->out;

	exposition->metric = metric;
	fprintf(out, "# HELP %s%s %s\n", metric->name, suffix, metric->help);
	fprintf(out, "# TYPE %s%s %s\n", metric->name, suffix, type_name(exposition));
	if (metric->unit && exposition->format == EXPOSITION_OPENMETRICS)
		fprintf(out, "# UNIT %s %s\n", metric->name, metric->unit);
}

/*
 * Names of interfaces are bytes, the formats are UTF-8, and one bad byte spoils a whole scrape:
 * all but printable ASCII is written \xNN. So is the backslash, so that no two names become one.
 */
static void write_value(FILE *out, const char *value)
{
	for (const unsigned char *p = (const unsigned char *)value; *p; p++) {
		if (*p == '"')
			fputs("\\\"", out);
		else if (*p < ' ' || *p >= 0x7f || *p == '\\')
			fprintf(out, "\\\\x%02x", *p);
		else
			fputc(*p, out);
	}
}

static void write_labels(FILE *out, const struct label *labels)
{
	char before = '{';

	for (; labels && labels->name; labels++) {
		if (!labels->value[0])
			continue;
		fprintf(out, "%c%s=\"", before, labels->name);
		write_value(out, labels->value);
		fputc('"', out);
		before = ',';
	}
	if (before == ',')
		fputc('}', out);
}

void exposition_part(const struct exposition *exposition, const char *suffix,
		     const struct label *labels, __u64 value)
{
	fprintf(exposition->out, "%s%s", exposition->metric->name, suffix);
	write_labels(exposition->out, labels);
	fprintf(exposition->out, " %" PRIu64 "\n", (uint64_t)value);
}

void exposition_count(const struct exposition *exposition, const struct label *labels, __u64 value)
{
	exposition_part(exposition, own_suffix(exposition->metric), labels, value);
}

void exposition_number(const struct exposition *exposition, const struct label *labels,
		       double value)
{
	fprintf(exposition->out, "%s%s", exposition->metric->name, own_suffix(exposition->metric));
	write_labels(exposition->out, labels);
	fprintf(exposition->out, " %.15g\n", value);
}

void exposition_end(const struct exposition *exposition)
{
	if (exposition->format == EXPOSITION_OPENMETRICS)
		fputs("# EOF\n", exposition->out);
}
