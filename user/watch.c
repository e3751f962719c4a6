// SPDX-License-Identifier: GPL-2.0-only
/* watch.c - see watch.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "survey.h"
#include "watch.h"

static struct watch_row *find_row(const struct watch *watch, const char *netns,
				  const char *interface)
{
	for (size_t i = 0; i < watch->count; i++)
		if (!strcmp(watch->rows[i].netns, netns) &&
		    !strcmp(watch->rows[i].interface, interface))
			return &watch->rows[i];
	return NULL;
}

static void remember(struct watch_row *row)
{
	if (row->history_count == WATCH_HISTORY)
		memmove(row->history, row->history + 1, --row->history_count * sizeof(double));
	row->history[row->history_count++] = row->rates.replies;
}

/* Not if it has come since, or was attached anew, and so began at 0 again. */
static bool goes_on(const struct watch_row *before, const struct watch_row *row)
{
	return before && !before->problem.code && before->attached_at == row->attached_at &&
	       before->total.requests <= row->total.requests;
}

static void compute_rates(struct rates *rates, const struct counters *now,
			  const struct counters *before, double elapsed)
{
	__u64 dropped = counters_dropped(now) - counters_dropped(before);
	__u64 passed = counters_passed(now) - counters_passed(before);

	rates->requests = (now->requests - before->requests) / elapsed;
	rates->replies = (now->replies - before->replies) / elapsed;
	rates->reply_bytes = (now->reply_bytes - before->reply_bytes) / elapsed;
	rates->dropped = dropped / elapsed;
	rates->passed = passed / elapsed;
	for (int i = 0; i < XE_REASON_SLOTS; i++)
		rates->reasons[i] = (now->reasons[i] - before->reasons[i]) / elapsed;
}

static void fill_row(struct watch_row *row, const struct attachment *attachment,
		     const struct watch_row *before, double elapsed)
{
	row->path = attachment->state->info.path;
	row->asked = attachment->state->request.path;
	row->agent = attachment->agent != 0;
	row->attached_at = attachment->state->info.attached_at;
	counters_total(attachment->state, &row->total);
	if (!goes_on(before, row))
		return;
	memcpy(row->history, before->history, sizeof(row->history));
	row->history_count = before->history_count;
	compute_rates(&row->rates, &row->total, &before->total, elapsed);
	remember(row);
}

static void name_row(struct watch_row *row, const char *netns, const char *interface)
{
	snprintf(row->netns, sizeof(row->netns), "%s", netns);
	snprintf(row->interface, sizeof(row->interface), "%s", interface);
}

static bool wanted(const struct survey_scope *scope, const char *interface)
{
	for (int i = 0; i < scope->interface_count; i++)
		if (!strcmp(scope->interfaces[i], interface))
			return true;
	return !scope->interface_count;
}

static void add_up(struct watch *watch)
{
	struct watch_row *all = &watch->all;

	memset(&all->total, 0, sizeof(all->total));
	memset(&all->rates, 0, sizeof(all->rates));
	for (size_t i = 0; i < watch->count; i++) {
		const struct watch_row *row = &watch->rows[i];

		counters_add(&all->total, &row->total);
		all->rates.requests += row->rates.requests;
		all->rates.replies += row->rates.replies;
		all->rates.reply_bytes += row->rates.reply_bytes;
		all->rates.dropped += row->rates.dropped;
		all->rates.passed += row->rates.passed;
	}
	if (watch->elapsed)
		remember(all);
}

static int make_rows(struct watch *watch, const struct survey *survey,
		     const struct survey_scope *scope, struct xe_error *error)
{
	size_t room = survey->count + survey->broken_count, used = 0;
	struct watch_row *rows = calloc(room + 1, sizeof(*rows));

	if (!rows)
		return xe_fail(error, ENOMEM, "out of memory");
	for (size_t i = 0; i < survey->count; i++) {
		const struct attachment *attachment = &survey->list[i];
		struct watch_row *row = &rows[used];

		if (!wanted(scope, attachment->interface))
			continue;
		name_row(row, attachment->netns, attachment->interface);
		fill_row(row, attachment, find_row(watch, row->netns, row->interface),
			 watch->elapsed);
		used++;
	}
	for (size_t i = 0; i < survey->broken_count; i++) {
		const struct unreadable *broken = &survey->broken[i];

		if (!wanted(scope, broken->interface))
			continue;
		name_row(&rows[used], broken->netns, broken->interface);
		rows[used++].problem = broken->error;
	}
	free(watch->rows);
	watch->rows = rows;
	watch->count = used;
	return 0;
}

int watch_sample(struct watch *watch, const struct survey_scope *scope, struct xe_error *error)
{
	struct survey_scope all = {.netns = scope->netns};
	struct timespec now;
	struct survey survey;
	bool first = !watch->taken.tv_sec && !watch->taken.tv_nsec;
	/* at first, named ones have to be there; then they are looked for */
	int err = survey_open(&survey, first ? scope : &all, error);

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (!first)
		watch->elapsed = now.tv_sec - watch->taken.tv_sec +
				 (now.tv_nsec - watch->taken.tv_nsec) / 1e9;
	watch->taken = now;
	if (!err)
		err = make_rows(watch, &survey, scope, error);
	if (!err)
		add_up(watch);
	survey_close(&survey);
	return err;
}

void watch_free(struct watch *watch)
{
	free(watch->rows);
	watch->rows = NULL;
	watch->count = 0;
}
