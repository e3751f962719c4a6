/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * render.h - what is attached, as text for people and JSON for programs.
 *
 * Data goes to stdout. Renderers read a state; how it is stored is not theirs
 * to know.
 */
#ifndef XE_RENDER_H
#define XE_RENDER_H

#include <stdbool.h>
#include <stddef.h>

#include "attachment.h"
#include "watch.h"

void render_status_text(const struct attachment *list, size_t count);
int render_status_json(const struct attachment *list, size_t count, struct xe_error *error);

void render_stats_text(const struct attachment *list, size_t count);
int render_stats_json(const struct attachment *list, size_t count, struct xe_error *error);

/* A tick of `stats --watch` as one line of JSON; `last` says that no more will come. */
int render_watch_json(const struct watch *watch, bool last, struct xe_error *error);
void render_watch_totals(const struct watch *watch);

/* An error in one line on stderr: text, or {"error": ...}. */
void render_error(const struct xe_error *error, bool json);

#endif
