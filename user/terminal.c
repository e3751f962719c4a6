// SPDX-License-Identifier: GPL-2.0-only
/* terminal.c - see terminal.h; the sequences are those of ECMA-48 and xterm. */
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

#include "terminal.h"

#define ENTER "\033[?1049h\033[?25l\033[?7l" /* alternate screen, no cursor, no wrapping */
#define LEAVE "\033[?7h\033[?25h\033[?1049l"
#define BEGIN "\033[?2026h\033[H" /* shown at once, where the terminal knows how; from the top */
#define END "\033[J\033[?2026l"

const char terminal_eol[] = "\033[K\r\n";

bool terminal_is_there(void)
{
	const char *type = getenv("TERM");

	return isatty(STDOUT_FILENO) && type && type[0] && strcmp(type, "dumb") != 0;
}

static int write_all(struct iovec *parts, int count)
{
	while (count) {
		ssize_t written = writev(STDOUT_FILENO, parts, count);

		if (written < 0 && errno != EINTR)
			return -errno;
		for (; count && written >= (ssize_t)parts->iov_len; parts++, count--)
			written -= parts->iov_len;
		if (count && written > 0) {
			parts->iov_base = (char *)parts->iov_base + written;
			parts->iov_len -= written;
		}
	}
	return 0;
}

/* A job in the background would be stopped for it. */
static bool in_foreground(void)
{
	return isatty(STDIN_FILENO) && tcgetpgrp(STDIN_FILENO) == getpgrp();
}

static void read_keys(struct terminal *terminal)
{
	struct termios keys;

	terminal->reads_keys = in_foreground() && tcgetattr(STDIN_FILENO, &terminal->before) == 0;
	if (!terminal->reads_keys)
		return;
	keys = terminal->before;
	keys.c_lflag &= ~(ICANON | ECHO);
	keys.c_cc[VMIN] = 1;
	keys.c_cc[VTIME] = 0;
	tcsetattr(STDIN_FILENO, TCSADRAIN, &keys);
}

void terminal_measure(struct terminal *terminal)
{
	struct winsize size = {};

	ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
	terminal->columns = size.ws_col ? size.ws_col : 80;
	terminal->rows = size.ws_row ? size.ws_row : 24;
}

void terminal_open(struct terminal *terminal)
{
	struct iovec enter = {(char *)ENTER, strlen(ENTER)};
	const char *no_colour = getenv("NO_COLOR");

	setlocale(LC_CTYPE, "");
	terminal->utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
	terminal->colour = !no_colour || !no_colour[0];
	terminal_measure(terminal);
	read_keys(terminal);
	write_all(&enter, 1);
	terminal->is_open = true;
}

void terminal_close(struct terminal *terminal)
{
	struct iovec leave = {(char *)LEAVE, strlen(LEAVE)};

	if (!terminal->is_open)
		return;
	write_all(&leave, 1);
	if (terminal->reads_keys && in_foreground())
		tcsetattr(STDIN_FILENO, TCSADRAIN, &terminal->before);
	terminal->is_open = false;
}

int terminal_draw(const char *text, size_t size)
{
	struct iovec parts[] = {
		{(char *)BEGIN, strlen(BEGIN)},
		{(char *)text, size},
		{(char *)END, strlen(END)},
	};

	return write_all(parts, 3);
}
