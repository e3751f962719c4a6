#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The benchmarks' harness works: every contender answers every load. Its figures mean nothing here.
set -eu

result=$(mktemp)
trap 'rm -f "$result"' EXIT
build/bench --smoke --json "$result"

# Each measure has cells, each cell a value of every round that is more than zero.
jq -e '.measures | length >= 2 and all(.[]; (.cells | length > 0) and
	(.rounds as $rounds | all(.cells[]; (.values | length == $rounds and all(. > 0)))))' \
	"$result" >/dev/null || {
	echo "not a whole result:" && cat "$result"
	exit 1
}
