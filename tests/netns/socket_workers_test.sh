#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The socket path has two workers, and each gets the pings that are received on its share of the
# CPUs: on veth those of the sender, whatever the flow.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
{ taskset -c 0 true && taskset -c 1 true; } 2>/dev/null || skip "processors 0 and 1 are not both ours"
new_lab

FLOWS=6 PINGS=20

# How often each worker has gone to sleep, in the order of their numbers.
sleeps() {
	local task

	for task in "/proc/$(query eth0 .agent.pid)"/task/*; do
		[ "$(cat "$task/comm")" != socket ] ||
			sed -n 's/^voluntary_ctxt_switches:[[:space:]]*//p' "$task/status"
	done
}

# Those since numbers from then, on one line.
since() {
	printf '%s\n%s\n' "$1" "$(sleeps)" |
		awk '{ n[NR] = $1 } END { print n[3] - n[1], n[4] - n[2] }'
}

# Which worker gets the pings of CPU $1, alone.
worker_of() {
	local before woken worker

	before=$(sleeps)
	for _ in $(seq $FLOWS); do
		lab_client 0 taskset -c "$1" "$PING" -q -i 0.005 -c $PINGS "${LAB_IPV4[0]}" \
			>"$TMP/ping" || fail "ping on CPU $1: $(cat "$TMP/ping")"
	done
	read -ra woken <<<"$(since "$before")"
	for worker in 0 1; do
		[ "${woken[worker]}" -lt $((FLOWS * PINGS / 2)) ] ||
			[ "${woken[1 - worker]}" -gt $((FLOWS * PINGS / 4)) ] || echo $worker
	done
	echo "CPU $1, $((FLOWS * PINGS)) pings of $FLOWS flows: ${woken[*]}" >&2
}

for ports in 7 7,9; do # and once more when another agent has taken over
	xe attach --mode socket --port $ports eth0 >/dev/null
	equal "workers" 2 "$(sleeps | wc -l)"
	equal "workers of CPU 0 and CPU 1" "0 1 " \
		"$({ worker_of 0 && worker_of 1; } | sort | tr '\n' ' ')"
done
