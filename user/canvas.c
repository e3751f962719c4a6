// SPDX-License-Identifier: GPL-2.0-only
/* canvas.c - see canvas.h. */
#include <stdarg.h>

#include "canvas.h"

void canvas_style(const struct canvas *canvas, enum style style)
{
	static const char *const codes[] = {"0", "1", "2", "31", "33", "36"};

	if (style < RED || canvas->terminal->colour)
		fprintf(canvas->out, "\033[%sm", codes[style]);
}

static int character_size(const char *text)
{
	int size = 1;

	while ((text[size] & 0xc0) == 0x80)
		size++;
	return size;
}

int canvas_width(const char *text)
{
	int width = 0;

	for (; *text; text += character_size(text))
		width++;
	return width;
}

static bool has_room(const struct canvas *canvas)
{
	return canvas->row < canvas->terminal->rows && canvas->column < canvas->terminal->columns;
}

void canvas_spaces(struct canvas *canvas, int count)
{
	for (; count > 0 && has_room(canvas); count--) {
		fputc(' ', canvas->out);
		canvas->column++;
	}
}

void canvas_text(struct canvas *canvas, const char *text)
{
	while (*text && has_room(canvas)) {
		int size = character_size(text);

		fwrite(text, 1, size, canvas->out);
		text += size;
		canvas->column++;
	}
}

void canvas_put(struct canvas *canvas, enum style style, int width, const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (width < 0)
		canvas_spaces(canvas, -width - canvas_width(text));
	if (style != PLAIN)
		canvas_style(canvas, style);
	canvas_text(canvas, text);
	if (style != PLAIN)
		canvas_style(canvas, PLAIN);
	canvas_spaces(canvas, width - canvas_width(text));
}

void canvas_end_line(struct canvas *canvas)
{
	if (canvas->row >= canvas->terminal->rows)
		return;
	canvas->row++;
	canvas->column = 0;
	if (canvas->row < canvas->terminal->rows) /* the last line must not scroll the screen */
		fputs(terminal_eol, canvas->out);
	else
		fputs("\033[K", canvas->out);
}

int canvas_rows_left(const struct canvas *canvas)
{
	return canvas->terminal->rows - canvas->row;
}
