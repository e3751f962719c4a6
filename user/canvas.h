/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * canvas.h - lines of styled text that never leave the terminal's rectangle.
 */
#ifndef XE_CANVAS_H
#define XE_CANVAS_H

#include <stdio.h>

#include "terminal.h"

enum style { PLAIN, BOLD, DIM, RED, YELLOW, CYAN };

struct canvas {
	FILE *out;
	const struct terminal *terminal;
	int column, row; /* where the next character goes, from 0 */
};

/* How many columns UTF-8 text takes, if every character takes one: true of all that is drawn. */
int canvas_width(const char *text);

/* These cut off what is beyond the last column, and below the last row. */
void canvas_spaces(struct canvas *canvas, int count);
void canvas_text(struct canvas *canvas, const char *text);

/* Aligned left in `width` columns, or right if it is negative; longer text is not shortened. */
void canvas_put(struct canvas *canvas, enum style style, int width, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* From here on; colours only where they are welcome. */
void canvas_style(const struct canvas *canvas, enum style style);

void canvas_end_line(struct canvas *canvas);
int canvas_rows_left(const struct canvas *canvas);

#endif
