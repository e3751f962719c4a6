#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The benchmarks' harness works: every contender answers every load. Its figures mean nothing here.
set -eu

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# Those of other servers need packages that the tests do without.
measures=(cost flood attach memory)
for program in socat sockperf xinetd; do
	command -v "$program" >/dev/null || missing=1
done
[ "${missing:-}" ] || measures+=(servers trip trip99 spent)
build/bench/bench --smoke --json "$out/result.json" "${measures[@]}"

# Each measure has cells, each cell a value of every round that is more than zero.
jq -e --argjson count "${#measures[@]}" '(.measures | length == $count) and all(.measures[];
	(.cells | length > 0) and (.rounds as $rounds |
	all(.cells[]; (.values | length == $rounds and all(. > 0)))))' "$out/result.json" >/dev/null || {
	echo "not a whole result:" && cat "$out/result.json"
	exit 1
}

# And a chart, which is XML.
tests/bench/charts.py "$out/result.json" "$out"
for measure in "${measures[@]}"; do
	python3 -c 'import sys, xml.dom.minidom as m; m.parse(sys.argv[1])' "$out/$measure.svg"
done
