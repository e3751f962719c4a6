#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Runs a command on a terminal of its own, and prints what its screen shows.

    screen.py [--svg] COLUMNSxROWS STEPS COMMAND...

STEPS, separated by commas: COLUMNSxROWS resizes the terminal, a number waits so many seconds, any
other word is typed; ^C is Ctrl-C. Prints the screen before each step and at the end as JSON, or the
first one as a picture. Understands as much of ECMA-48 as xdp-echo uses, and fails on anything else.
"""
import codecs
import fcntl
import html
import json
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

SEQUENCE = re.compile(r"\x1b\[([?]?)([0-9;]*)([A-Za-z])")


class Screen:
    """A terminal as big as it is, with an alternate screen."""

    def __init__(self, columns, rows):
        self.resize(columns, rows)
        self.other = None  # the main screen, while the alternate one is shown
        self.cursor_shown = self.wraps = True
        self.style = "0"
        self.styles = set()
        self.pending = ""

    def resize(self, columns, rows):
        self.columns, self.rows = columns, rows
        self.known = time.monotonic() + 0.5  # what was drawn for the old size may still come
        self.clear()

    def must(self, condition, what):
        if not condition and self.other and time.monotonic() > self.known:
            sys.exit("\n".join([f"{what} for {self.columns}x{self.rows}:", *self.show()["lines"]]))

    def clear(self):
        self.lines = [[" "] * self.columns for _ in range(self.rows)]
        self.style_of = {}  # (row, column): parameter of SGR, where it is not 0
        self.row = self.column = 0

    def feed(self, text):
        text = self.pending + text
        self.pending = ""
        while text:
            found = SEQUENCE.match(text)
            if found:
                self.obey(*found.groups())
                text = text[found.end():]
            elif text[0] == "\x1b":
                assert len(text) < 16, f"unknown sequence: {text[:16]!r}"
                self.pending = text  # the rest has not come yet
                return
            else:
                self.put(text[0])
                text = text[1:]

    def obey(self, private, numbers, command):
        if private:
            self.set_mode(int(numbers), command == "h")
        elif command == "H":
            self.row = self.column = 0
        elif command == "K":
            self.lines[self.row][self.column:] = [" "] * (self.columns - self.column)
        elif command == "J":
            self.obey("", "", "K")
            for row in range(self.row + 1, self.rows):
                self.lines[row] = [" "] * self.columns
        elif command == "m":
            self.style = numbers
            self.styles.add(numbers)
        else:
            raise AssertionError(f"unknown command {command}")

    def set_mode(self, number, on):
        if number == 1049:
            assert on == (self.other is None), "screens are not changed in pairs"
            self.other = [self.lines] if on else None
            self.clear()
        elif number == 25:
            self.cursor_shown = on
        elif number == 7:
            self.wraps = on
        else:
            assert number == 2026, f"unknown mode {number}"

    def put(self, character):
        if character == "\r":
            self.column = 0
        elif character == "\n":
            self.must(self.row + 1 < self.rows, "the screen scrolls")
            self.row = min(self.row + 1, self.rows - 1)
        else:
            assert character >= " ", f"control character {character!r}"
            self.must(self.column < self.columns, "a line is too long")
            if self.column < self.columns:
                self.lines[self.row][self.column] = character
                self.style_of[self.row, self.column] = self.style
                self.column += 1

    def show(self):
        return {"lines": ["".join(line).rstrip() for line in self.lines], "alternate": bool(self.other),
                "cursor": self.cursor_shown, "wraps": self.wraps, "styles": sorted(self.styles)}


COLOURS = {"0": "#c9d1d9", "1": "#f0f6fc", "2": "#8b949e", "31": "#ff7b72", "33": "#e3b341",
           "36": "#56d4dd"}
WIDTH, HEIGHT, MARGIN = 8.4, 19, 14
BARS = "▁▂▃▄▅▆▇█"


def runs(screen, row):
    """(column, style, text) of what stands together: words of one style, and bars one by one."""
    line = screen.lines[row]
    column = 0
    while column < screen.columns:
        end = column + 1
        style = screen.style_of.get((row, column), "0")
        while (line[column] not in BARS + " " and end < screen.columns and line[end] not in BARS + " "
               and screen.style_of.get((row, end), "0") == style):
            end += 1
        if line[column] != " ":
            yield column, style, "".join(line[column:end])
        column = end


def svg(screen):
    """The screen as a picture: bars are drawn, for fonts differ in them; words keep their width."""
    rows = max((row for row in range(screen.rows) if "".join(screen.lines[row]).strip()), default=0) + 1
    width = round(screen.columns * WIDTH + 2 * MARGIN)
    height = rows * HEIGHT + 2 * MARGIN
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}"'
    yield f'     height="{height}" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="14">'
    yield "<!-- SPDX-License-Identifier: GPL-2.0-only -->"
    yield f'<rect width="{width}" height="{height}" rx="8" fill="#0d1117"/>'
    for row in range(rows):
        top = MARGIN + row * HEIGHT
        for column, style, text in runs(screen, row):
            left, fill = MARGIN + column * WIDTH, COLOURS[style]
            if text in BARS:
                bar = (BARS.index(text) + 1) * (HEIGHT - 4) / 8
                yield (f'<rect x="{left:.1f}" y="{top + HEIGHT - 2 - bar:.1f}" width="{WIDTH - 1:.1f}" '
                       f'height="{bar:.1f}" fill="{fill}"/>')
                continue
            weight = ' font-weight="bold"' if style == "1" else ""
            yield (f'<text x="{left:.1f}" y="{top + 14}" textLength="{len(text) * WIDTH:.1f}" '
                   f'lengthAdjust="spacingAndGlyphs" fill="{fill}"{weight}>{html.escape(text)}</text>')
    yield "</svg>"


def set_size(terminal, screen):
    size = struct.pack("HHHH", screen.rows, screen.columns, 0, 0)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, size)


def read_until(terminal, screen, decoder, deadline):
    """False once the command has ended."""
    while True:
        left = deadline - time.monotonic()
        if not select.select([terminal], [], [], max(0, left))[0]:
            return True
        try:
            data = os.read(terminal, 65536)
        except OSError:
            return False
        screen.feed(decoder.decode(data))


def main():
    as_svg = sys.argv[1] == "--svg"
    size, steps, *command = sys.argv[2 if as_svg else 1:]
    screen, shown = Screen(*map(int, size.split("x"))), []
    decoder = codecs.getincrementaldecoder("utf-8")()
    pid, terminal = pty.fork()
    if pid == 0:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        time.sleep(0.1)  # for the size to be set
        os.execvp(command[0], command)
    set_size(terminal, screen)
    for step in steps.split(","):
        if re.fullmatch(r"[0-9.]+", step):
            read_until(terminal, screen, decoder, time.monotonic() + float(step))
            continue
        shown.append("\n".join(svg(screen)) if as_svg else screen.show())
        if re.fullmatch(r"\d+x\d+", step):
            screen.resize(*map(int, step.split("x")))
            set_size(terminal, screen)
        else:
            os.write(terminal, {"^C": b"\x03"}.get(step, step.encode()))
    while read_until(terminal, screen, decoder, time.monotonic() + 10):
        os.kill(pid, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    print(shown[0] if as_svg else json.dumps({"status": status, "screens": shown + [screen.show()]}))


main()
