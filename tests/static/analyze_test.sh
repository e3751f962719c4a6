#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# analyze_test.sh - clang's static analyser over what runs in userspace. What it finds inside
# the skeletons that bpftool generated is not ours to mend. A quarter of its usual depth takes a
# quarter of the time, and finds what the whole had found here.
. "$(dirname "$0")/common.sh"

need clang
if ! report=$(userspace_files | xargs -P2 -n2 clang --analyze --analyzer-output text \
	-Xclang -analyzer-config -Xclang max-nodes=50000 -std=gnu17 "${includes[@]}" 2>&1) ||
	grep -qE '^(user|include|tests)/[^ ]*: warning:' <<<"$report"; then
	echo "$report"
	exit 1
fi
