/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * terminal.h - a terminal's screen, redrawn in place and given back as it was.
 */
#ifndef XE_TERMINAL_H
#define XE_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

struct terminal {
	bool is_open;
	bool reads_keys;
	struct termios before;
	bool colour; /* NO_COLOR is not set */
	bool utf8;
	int columns, rows;
};

/* Is stdout a terminal that can be redrawn? */
bool terminal_is_there(void);

/* Takes the alternate screen, hides the cursor, and reads keys one by one if it may. */
void terminal_open(struct terminal *terminal);
void terminal_close(struct terminal *terminal);

void terminal_measure(struct terminal *terminal);

/* Draws `text` from the top, in one write. Lines end with terminal_eol; 0, or a negative errno. */
int terminal_draw(const char *text, size_t size);
extern const char terminal_eol[];

#endif
