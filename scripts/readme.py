#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""readme.py - the parts of README.md that repeat what the code says: help, reasons, metrics.

Writes them between their markers; with --check, only tells whether they lag behind.
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
README = ROOT / "README.md"


def text_of(literals):
    """A C string out of its adjacent literals."""
    return "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', literals)).replace('\\"', '"')


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def help_text():
    out = subprocess.run([ROOT / "build/xdp-echo", "--help"], check=True, capture_output=True, text=True)
    return "```\n" + out.stdout.rstrip() + "\n```"


def reasons():
    source = (ROOT / "include/reasons.h").read_text().replace("\\\n", "\n")
    found = re.findall(r'X\((\d+), (\w+), "(\w+)",\s*((?:"(?:[^"\\]|\\.)*"\s*)+)\)', source)
    rows = [("`passed`" if name.startswith("PASS") else "`dropped`", f"`{word}`", text_of(meaning))
            for _, name, word, meaning in found]
    return table(("", "reason", "meaning"), rows)


def metrics():
    source = (ROOT / "user/metrics.c").read_text()
    found = re.findall(r'"(xdp_echo_\w+)", METRIC_(\w+), (?:NULL|"\w+"),\s*((?:"(?:[^"\\]|\\.)*"\s*)+)',
                       source)
    suffix = {"COUNTER": "_total", "INFO": "_info"}
    rows = [(f"`{name}{suffix.get(kind, '')}`", kind.lower(), text_of(meaning))
            for name, kind, meaning in found]
    return table(("metric", "type", "meaning"), rows)


def main():
    before = after = README.read_text()
    for name, make in (("help", help_text), ("reasons", reasons), ("metrics", metrics)):
        begin, end = f"<!-- {name}: make readme -->\n", f"\n<!-- /{name} -->"
        pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.S)
        if not pattern.search(after):
            sys.exit(f"README.md has no place for {name}")
        made = make()
        if made.count("\n") < 3:
            sys.exit(f"found nothing to say of {name}")
        after = pattern.sub(lambda _, text=begin + made + end: text, after)
    if "--check" in sys.argv:
        sys.exit(0 if after == before else "README.md lags behind the code; run: make readme")
    README.write_text(after)


main()
