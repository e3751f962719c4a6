#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Every step of attach fails once, for want of a file descriptor: each time with an error, and with
# nothing left behind.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
new_lab

failures=0
for limit in $(seq 3 100); do
	status=0
	prlimit --nofile="$limit" "$XDP_ECHO" --netns "$LAB-host" attach eth0 eth1 \
		>"$TMP/out" 2>"$TMP/err" || status=$?
	[ $status -ne 127 ] || continue # the loader cannot even start the command
	[ $status -ne 0 ] || break
	failures=$((failures + 1))
	equal "exit status with $limit descriptors" 1 $status
	equal "lines on stderr with $limit descriptors ($(cat "$TMP/err"))" 1 "$(wc -l <"$TMP/err")"
	untouched "after attach with $limit descriptors"
done
equal "exit status with $limit descriptors" 0 "$status"
[ $failures -ge 3 ] || fail "only $failures attempts failed: the limit had no effect"
answered client0 "${LAB_IPV4[0]}"
answered client0 "${LAB_IPV4[1]}"

# the same beside attachments in force: they stay as they are, each with an agent
for mode in native afxdp socket; do
	xe attach --mode $mode --port 9 eth0 eth1 >/dev/null
	for limit in $(seq 3 $((failures + 40))); do
		status=0
		prlimit --nofile="$limit" "$XDP_ECHO" --netns "$LAB-host" attach --mode $mode eth0 eth1 \
			>"$TMP/out" 2>"$TMP/err" || status=$?
		[ $status -ne 0 ] || break
		equal "after attach with $limit descriptors ($(cat "$TMP/err"))" \
			"[9] $mode true [9] $mode true" "$(for n in 0 1; do
				query eth$n '(.ports | tostring), .path, .agent.alive'
			done | tr '\n' ' ' | sed 's/ $//')"
		answered client0 "${LAB_IPV4[0]}" -p 9 -c 1
		answered client0 "${LAB_IPV4[1]}" -p 9 -c 1
	done
	equal "exit status with $limit descriptors" 0 "$status"
	say "mode $mode: $limit descriptors are enough"
done
