/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * watch_table.h - a watch as a table for a screen, or as one line an interface and tick.
 */
#ifndef XE_WATCH_TABLE_H
#define XE_WATCH_TABLE_H

#include <stdio.h>

#include "terminal.h"
#include "watch.h"

/* Fits the terminal's size: columns get narrower and then fewer, rows end with what is left out. */
void watch_draw_table(FILE *out, const struct watch *watch, const struct terminal *terminal,
		      double interval);

/* Needs no terminal: "12:00:00 eth0 native requests 10/s replies 9/s dropped 1/s (ttl 1/s) ..." */
void watch_print_lines(FILE *out, const struct watch *watch);

#endif
