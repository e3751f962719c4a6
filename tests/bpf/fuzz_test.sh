#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The packet code and the XDP program agree with the oracle, and with each other, on the corpus of
# the repository and on whatever a minute of fuzzing makes of it.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

"$root/tests/fuzz/run.sh" "$root/build/fuzz/packet_fuzz" "${FUZZ_SECONDS:-60}" "$tmp/corpus" >"$tmp/log" 2>&1 || {
	cat "$tmp/log"
	exit 1
}
grep -E '^against|^stat::number_of_executed_units' "$tmp/log"
