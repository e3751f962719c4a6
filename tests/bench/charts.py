#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""charts.py RESULT.json DIRECTORY - draws a bar chart (SVG) of each measure of a benchmark."""
import json
import sys
from html import escape
from pathlib import Path

BAR, GAP, LEFT, WIDTH, RIGHT, TOP = 14, 10, 310, 360, 290, 84
COLOURS = {"xdp-echo": "#2266aa", "limits": "#cc8833", "other servers": "#999999"}


def colour(cell):
    """Ours, the least that a program can do, and what a user would pick instead."""
    if cell["contender"].startswith(("xdp-echo", "the list")):
        return COLOURS["xdp-echo"]
    limit = any(word in cell["contender"] for word in ("MAC swap", "drop"))
    return COLOURS["limits" if limit else "other servers"]


def text(x, y, words, size=11, anchor="start", more=""):
    return (f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}"{more}>'
            f"{escape(words)}</text>")


def box(x, y, width, fill):
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{BAR - 2}" fill="{fill}"/>'


def line(x1, x2, y):
    return f'<path d="M{x1:.1f} {y:.1f}H{x2:.1f}" stroke="#222" stroke-width="1"/>'


def label(cell):
    """The figure, its ratio, and whether a target is met."""
    value = cell["result"]
    words = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    if "ratio" in cell:
        words += f" ({cell['ratio']:.2f} of {cell['baseline']})"
    if "target" in cell:
        words += f", wanted {cell['target']:.3g}" + ("" if cell["met"] else ": missed")
    return words


def quartiles(cell):
    """Of the rounds; less what the result is less than the best of them."""
    values = sorted(cell["values"])
    less = cell["best"] - cell["result"] if cell["result"] != cell["median"] else 0
    return [values[len(values) * i // 4] - less for i in (1, 3)]


def bar(cell, y, scale):
    """One row: name, bar, quartiles, figure."""
    length = max(cell["result"] * scale, 1)
    ends = [LEFT + min(max(q * scale, 0), WIDTH) for q in quartiles(cell)]
    return [
        text(LEFT - 6, y + BAR - 3, cell["contender"], anchor="end"),
        box(LEFT, y, length, colour(cell)),
        line(*ends, y + BAR / 2 - 1),
        text(max(LEFT + length, *ends) + 6, y + BAR - 3, label(cell), 10),
    ]


def legend(cells, y):
    """What colours and lines mean."""
    parts, x, used = [], 8, {colour(cell) for cell in cells}
    for name, fill in COLOURS.items():
        if fill not in used:
            continue
        parts += [box(x, y - BAR + 3, 24, fill), text(x + 30, y, name, 10)]
        x += 50 + 7 * len(name)
    return parts + [line(x, x + 24, y - 4), text(x + 30, y, "half of the rounds", 10)]


def chart(measure):
    """The measure's cells from top to bottom, those of one load together."""
    cells = measure["cells"]
    scale = WIDTH / max(cell["result"] for cell in cells)
    rows, y, load = [], TOP, None
    for cell in cells:
        if cell["load"] != load:
            load = cell["load"]
            y += GAP
            rows.append(text(8, y + BAR - 3, load, 11, more=' font-weight="bold"'))
        rows += bar(cell, y, scale)
        y += BAR
    better = "more is better" if measure["more_is_better"] else "less is better"
    head = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + RIGHT}" '
        f'height="{y + 20}" font-family="sans-serif">',
        '<rect width="100%" height="100%" fill="white"/>',
        text(8, 24, measure["title"], 15, more=' font-weight="bold"'),
        text(8, 44, f"{measure['unit']}, {better}; {measure['rounds']} rounds in turn"
             + (f"; noise {measure['noise']:.1%}" if measure["noise"] else "")),
        *legend(cells, 66),
    ]
    return "\n".join(head + rows + ["</svg>", ""])


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    measures = json.loads(Path(sys.argv[1]).read_text())["measures"]
    directory = Path(sys.argv[2])
    directory.mkdir(parents=True, exist_ok=True)
    for measure in measures:
        path = directory / f"{measure['name']}.svg"
        path.write_text(chart(measure))
        print(path)


if __name__ == "__main__":
    main()
