// SPDX-License-Identifier: GPL-2.0-only
/* watch_table.c - see watch_table.h. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "canvas.h"
#include "format.h"
#include "names.h"
#include "watch_table.h"

/* How wide the columns are; 0 leaves one out. */
struct layout {
	int name, netns, path, number, spark;
	bool short_numbers; /* 12.3M, not 12,345,678 */
};

#define COUNTERS 4 /* requests, replies, dropped, passed */
#define MAX_NAME 20
#define MIN_SPARK 8

/* --- numbers --------------------------------------------------------------------------------- */

static void format_rate(double rate, bool shortly, char *text, size_t size)
{
	if (rate_decimals(rate))
		snprintf(text, size, "%.1f", rate);
	else
		format_number((__u64)(rate + 0.5), shortly, text, size);
}

static void put_numbers(struct canvas *canvas, const struct layout *layout, enum style style,
			const struct counters *total)
{
	const __u64 numbers[COUNTERS] = {total->requests, total->replies, counters_dropped(total),
					 counters_passed(total)};
	char text[32];

	for (int i = 0; i < COUNTERS; i++) {
		format_number(numbers[i], layout->short_numbers, text, sizeof(text));
		canvas_put(canvas, style, -layout->number, "%s", text);
	}
}

static void put_rates(struct canvas *canvas, const struct layout *layout, const struct rates *rates)
{
	const double numbers[COUNTERS] = {rates->requests, rates->replies, rates->dropped,
					  rates->passed};
	const enum style styles[COUNTERS] = {BOLD, BOLD, RED, PLAIN};
	char text[32];

	for (int i = 0; i < COUNTERS; i++) {
		format_rate(numbers[i], layout->short_numbers, text, sizeof(text));
		canvas_put(canvas, numbers[i] > 0 ? styles[i] : DIM, -layout->number, "%s", text);
	}
}

static double peak(const struct watch_row *row, int width)
{
	double most = 0;

	for (int i = 0; i < width && i < (int)row->history_count; i++)
		if (row->history[row->history_count - 1 - i] > most)
			most = row->history[row->history_count - 1 - i];
	return most;
}

/* Scaled to its own peak; the lowest mark is zero alone, so that a single ping shows. */
static void put_spark(struct canvas *canvas, const struct watch_row *row, int width)
{
	static const char *const blocks[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	static const char *const ascii[] = {"_", ".", ":", "-", "=", "+", "*", "#"};
	const char *const *marks = canvas->terminal->utf8 ? blocks : ascii;
	double most = peak(row, width);
	int empty = width - (int)row->history_count;

	canvas_spaces(canvas, empty);
	canvas_style(canvas, CYAN);
	for (int i = empty > 0 ? empty : 0; i < width; i++) {
		double value = row->history[row->history_count - width + i];
		int level = value > 0 ? 1 + (int)(value / most * 6.999) : 0;

		canvas_text(canvas, marks[level < 8 ? level : 7]);
	}
	canvas_style(canvas, PLAIN);
}

/* --- the layout ------------------------------------------------------------------------------ */

static int widest(int width, const char *text)
{
	return canvas_width(text) > width ? canvas_width(text) : width;
}

static bool one_netns(const struct watch *watch)
{
	for (size_t i = 1; i < watch->count; i++)
		if (strcmp(watch->rows[i].netns, watch->rows[0].netns) != 0)
			return false;
	return true;
}

static void measure_names(struct layout *layout, const struct watch *watch)
{
	char text[4 * XE_TEXT_MAX];

	layout->name = strlen("interface");
	for (size_t i = 0; i < watch->count; i++) {
		format_name(watch->rows[i].interface, text, sizeof(text));
		layout->name = widest(layout->name, text);
		if (one_netns(watch))
			continue; /* the title says which */
		format_name(watch->rows[i].netns, text, sizeof(text));
		layout->netns = widest(widest(layout->netns, text), "netns");
	}
	layout->name = layout->name < MAX_NAME ? layout->name : MAX_NAME;
	layout->netns = layout->netns < MAX_NAME ? layout->netns : MAX_NAME;
	layout->path = strlen("generic");
}

static int names_width(const struct layout *layout)
{
	return 1 + layout->name + (layout->netns ? 2 + layout->netns : 0) +
	       (layout->path ? 2 + layout->path : 0);
}

static int used_width(const struct layout *layout)
{
	return names_width(layout) + COUNTERS * layout->number;
}

/* Gives up, in this order: long numbers, the sparkline, namespaces, the path. */
static struct layout choose_layout(const struct watch *watch, int columns)
{
	struct layout layout = {};
	char text[32];

	measure_names(&layout, watch);
	format_number(watch->all.total.requests + counters_passed(&watch->all.total), false, text,
		      sizeof(text));
	layout.number = 2 + widest(strlen("requests"), text);
	if (used_width(&layout) + 2 + MIN_SPARK > columns) {
		layout.short_numbers = true;
		layout.number = 2 + strlen("requests");
	}
	if (used_width(&layout) > columns)
		layout.netns = 0;
	if (used_width(&layout) > columns)
		layout.path = 0;
	layout.spark = columns - used_width(&layout) - 3;
	if (layout.spark < MIN_SPARK)
		layout.spark = 0;
	if (layout.spark > 60)
		layout.spark = 60;
	return layout;
}

/* --- the table ------------------------------------------------------------------------------- */

static void draw_title(struct canvas *canvas, const struct watch *watch, double interval)
{
	time_t now = time(NULL);
	struct tm local;
	char text[16], netns[4 * XE_TEXT_MAX] = "";

	if (watch->count && one_netns(watch))
		format_name(watch->rows[0].netns, netns, sizeof(netns));

	localtime_r(&now, &local);
	strftime(text, sizeof(text), "%H:%M:%S", &local);
	canvas_put(canvas, BOLD, 0, " xdp-echo");
	canvas_put(canvas, PLAIN, 0, "  %s", text);
	if (netns[0])
		canvas_put(canvas, PLAIN, 0, "  netns %s", netns);
	canvas_put(canvas, DIM, 0, "  packets per second, every %g s", interval);
	if (canvas->terminal->reads_keys)
		canvas_put(canvas, DIM, 0, "  q quits");
	canvas_end_line(canvas);
	canvas_end_line(canvas);
}

static void draw_head(struct canvas *canvas, const struct layout *layout)
{
	static const char *const heads[COUNTERS] = {"requests", "replies", "dropped", "passed"};

	canvas_put(canvas, DIM, layout->name + 1, " interface");
	if (layout->netns)
		canvas_put(canvas, DIM, layout->netns + 2, "  netns");
	if (layout->path)
		canvas_put(canvas, DIM, layout->path + 2, "  path");
	for (int i = 0; i < COUNTERS; i++)
		canvas_put(canvas, DIM, -layout->number, "%s", heads[i]);
	if (layout->spark)
		canvas_put(canvas, DIM, 0, "   replies%s",
			   layout->spark > 20 ? ", tick by tick" : "");
	canvas_end_line(canvas);
}

/* A path that was not asked for, and is not the best, is worth a look. */
static enum style path_style(const struct watch_row *row)
{
	return row->asked == XE_PATHS && row->path != XE_NATIVE ? YELLOW : PLAIN;
}

static void put_names(struct canvas *canvas, const struct layout *layout,
		      const struct watch_row *row)
{
	char text[4 * XE_TEXT_MAX];

	canvas_spaces(canvas, 1);
	format_name(row->interface, text, sizeof(text));
	canvas_put(canvas, BOLD, layout->name, "%.*s", layout->name, text);
	if (layout->netns) {
		format_name(row->netns, text, sizeof(text));
		canvas_put(canvas, PLAIN, layout->netns + 2, "  %.*s", layout->netns, text);
	}
}

static void put_peak(struct canvas *canvas, const struct layout *layout,
		     const struct watch_row *row)
{
	char text[32];

	if (!layout->spark || !row->history_count)
		return;
	format_rate(peak(row, layout->spark), layout->short_numbers, text, sizeof(text));
	canvas_put(canvas, DIM, 0, "   peak %s", text);
}

static void draw_row(struct canvas *canvas, const struct layout *layout,
		     const struct watch_row *row)
{
	put_names(canvas, layout, row);
	if (row->problem.code) {
		canvas_put(canvas, RED, 0, "  %s", row->problem.text);
		canvas_end_line(canvas);
		return;
	}
	if (layout->path)
		canvas_put(canvas, path_style(row), layout->path + 2, "  %s", path_name(row->path));
	put_rates(canvas, layout, &row->rates);
	if (layout->spark) {
		canvas_spaces(canvas, 3);
		put_spark(canvas, row, layout->spark);
	}
	canvas_end_line(canvas);
	canvas_put(canvas, row->agent ? DIM : RED, names_width(layout), "%s",
		   row->agent || layout->spark ? "   total" : "   no agent");
	put_numbers(canvas, layout, DIM, &row->total);
	if (!row->agent && layout->spark)
		canvas_put(canvas, RED, 0, "   agent not running");
	else
		put_peak(canvas, layout, row);
	canvas_end_line(canvas);
}

static void draw_sum(struct canvas *canvas, const struct layout *layout, const struct watch *watch)
{
	canvas_put(canvas, BOLD, names_width(layout), " all %zu", watch->count);
	put_rates(canvas, layout, &watch->all.rates);
	if (layout->spark) {
		canvas_spaces(canvas, 3);
		put_spark(canvas, &watch->all, layout->spark);
	}
	canvas_end_line(canvas);
	canvas_put(canvas, DIM, names_width(layout), "   total");
	put_numbers(canvas, layout, DIM, &watch->all.total);
	put_peak(canvas, layout, &watch->all);
	canvas_end_line(canvas);
}

static void draw_interfaces(struct canvas *canvas, const struct layout *layout,
			    const struct watch *watch)
{
	size_t i = 0;
	int sum = watch->count > 1 ? 2 : 0;

	draw_head(canvas, layout);
	for (; i < watch->count && canvas_rows_left(canvas) >= 2 + sum + (i + 1 < watch->count);
	     i++)
		draw_row(canvas, layout, &watch->rows[i]);
	if (i < watch->count) {
		canvas_put(canvas, DIM, 0, " and %zu more", watch->count - i);
		canvas_end_line(canvas);
	}
	if (sum)
		draw_sum(canvas, layout, watch);
}

/* --- reasons --------------------------------------------------------------------------------- */

static void draw_reason(struct canvas *canvas, const struct layout *layout,
			const struct watch_row *row, const struct reason *reason)
{
	bool drop = reason_is_drop(reason->number);
	double rate = row->rates.reasons[reason->number];
	char text[32];

	put_names(canvas, layout, row);
	canvas_put(canvas, rate > 0 && drop ? RED : PLAIN, 9, "  %s", drop ? "dropped" : "passed");
	canvas_put(canvas, PLAIN, 18, "  %s", reason->name);
	format_rate(rate, layout->short_numbers, text, sizeof(text));
	canvas_put(canvas, rate > 0 ? BOLD : DIM, -layout->number, "%s", text);
	format_number(row->total.reasons[reason->number], layout->short_numbers, text,
		      sizeof(text));
	canvas_put(canvas, DIM, -layout->number, "%s", text);
	canvas_put(canvas, DIM, 0, "   %s", reason->text);
	canvas_end_line(canvas);
}

static size_t count_reasons(const struct watch *watch)
{
	size_t count = 0;

	for (size_t i = 0; i < watch->count; i++)
		for (const struct reason *reason = reasons; reason->name; reason++)
			count += watch->rows[i].total.reasons[reason->number] != 0;
	return count;
}

/* Of each interface: what was dropped first, in the order of the reasons, so that no line jumps. */
static void draw_reasons_of(struct canvas *canvas, const struct layout *layout,
			    const struct watch_row *row, size_t *left)
{
	for (int drops = 1; drops >= 0; drops--)
		for (const struct reason *reason = reasons; reason->name; reason++) {
			if (reason_is_drop(reason->number) != drops ||
			    !row->total.reasons[reason->number])
				continue;
			if (canvas_rows_left(canvas) < 1 ||
			    (canvas_rows_left(canvas) < 2 && *left > 1))
				return;
			draw_reason(canvas, layout, row, reason);
			--*left;
		}
}

static void draw_reasons(struct canvas *canvas, const struct layout *layout,
			 const struct watch *watch)
{
	size_t left = count_reasons(watch);

	if (!left || canvas_rows_left(canvas) < 4)
		return;
	canvas_end_line(canvas);
	canvas_put(canvas, DIM, layout->name + 1, " interface");
	if (layout->netns)
		canvas_put(canvas, DIM, layout->netns + 2, "  netns");
	canvas_put(canvas, DIM, 27, "  reason");
	canvas_put(canvas, DIM, -layout->number, "rate");
	canvas_put(canvas, DIM, -layout->number, "total");
	canvas_put(canvas, DIM, 0, "   meaning");
	canvas_end_line(canvas);
	for (size_t i = 0; i < watch->count; i++)
		draw_reasons_of(canvas, layout, &watch->rows[i], &left);
	if (left && canvas_rows_left(canvas) >= 1) {
		canvas_put(canvas, DIM, 0, " and %zu more", left);
		canvas_end_line(canvas);
	}
}

void watch_draw_table(FILE *out, const struct watch *watch, const struct terminal *terminal,
		      double interval)
{
	struct canvas canvas = {.out = out, .terminal = terminal};
	struct layout layout = choose_layout(watch, terminal->columns);

	draw_title(&canvas, watch, interval);
	if (!watch->count) {
		canvas_put(&canvas, PLAIN, 0, " nothing is attached");
		canvas_end_line(&canvas);
		return;
	}
	draw_interfaces(&canvas, &layout, watch);
	draw_reasons(&canvas, &layout, watch);
}
