// SPDX-License-Identifier: GPL-2.0-only
/* watch_lines.c - see watch_table.h: a watch where there is no terminal to redraw. */
#include <time.h>

#include "format.h"
#include "names.h"
#include "watch_table.h"

static void print_rate(FILE *out, const char *before, double rate)
{
	fprintf(out, "%s %.*f/s", before, rate_decimals(rate), rate);
}

/* Those that had packets in this tick, in parentheses. */
static void print_reasons(FILE *out, const struct rates *rates, bool drops)
{
	const char *before = " (";

	for (const struct reason *reason = reasons; reason->name; reason++) {
		if (reason_is_drop(reason->number) != drops || !rates->reasons[reason->number])
			continue;
		fputs(before, out);
		print_rate(out, reason->name, rates->reasons[reason->number]);
		before = ", ";
	}
	if (before[0] == ',')
		fputc(')', out);
}

static void print_row(FILE *out, const struct watch_row *row, const char *when)
{
	char name[4 * XE_NAME_MAX], netns[4 * XE_TEXT_MAX];

	format_name(row->interface, name, sizeof(name));
	format_name(row->netns, netns, sizeof(netns));
	fprintf(out, "%s %s", when, name);
	if (netns[0])
		fprintf(out, " (netns %s)", netns);
	if (row->problem.code) {
		fprintf(out, " cannot be read: %s\n", row->problem.text);
		return;
	}
	fprintf(out, " %s", path_name(row->path));
	print_rate(out, " requests", row->rates.requests);
	print_rate(out, " replies", row->rates.replies);
	print_rate(out, " dropped", row->rates.dropped);
	print_reasons(out, &row->rates, true);
	print_rate(out, " passed", row->rates.passed);
	print_reasons(out, &row->rates, false);
	fputs(row->agent ? "\n" : " agent not running\n", out);
}

void watch_print_lines(FILE *out, const struct watch *watch)
{
	time_t now = time(NULL);
	struct tm local;
	char when[16];

	localtime_r(&now, &local);
	strftime(when, sizeof(when), "%H:%M:%S", &local);
	for (size_t i = 0; i < watch->count; i++)
		print_row(out, &watch->rows[i], when);
	if (!watch->count)
		fprintf(out, "%s nothing is attached\n", when);
}
