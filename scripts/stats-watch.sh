#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# stats-watch.sh - makes scripts/stats-watch.svg: what `stats --watch` shows of a lab whose clients
# ping, one of them above its rate and one from a port that is refused. Needs root.
set -eu

LAB=picture
# shellcheck source-path=SCRIPTDIR source=lab.sh
. "$(dirname "$0")/lab.sh"
XDP_ECHO=$LAB_ROOT/build/xdp-echo
PING=$LAB_ROOT/scripts/ping.py
PIDS=()

end() {
	kill ${PIDS[@]+"${PIDS[@]}"} 2>/dev/null || :
	"$XDP_ECHO" --netns "$LAB-host" detach --all >/dev/null 2>&1 || :
	lab_down
}

trap end EXIT
trap 'exit 130' INT TERM HUP
lab_up
"$XDP_ECHO" --netns "$LAB-host" attach --rate 500:50 eth0 eth1 >/dev/null

# pinger CLIENT ADDRESS SECONDS-BETWEEN-PINGS...: two seconds or so of each, round and round
pinger() {
	local client=$1 address=$2 interval

	shift 2
	while :; do
		for interval; do
			lab_client "$client" timeout 2.1 "$PING" -q -c 0 -i "$interval" "$address" || :
		done
	done >/dev/null 2>&1
}

pinger 0 "${LAB_IPV4[0]}" 0.005 0.004 0.003 0.0024 0.002 0.0017 0.002 0.0025 0.0035 &
PIDS+=($!)
pinger 1 "${LAB_IPV6[0]}" 0.01 0.008 0.006 0.005 0.006 0.008 &
PIDS+=($!)
pinger 1 "${LAB_IPV6[1]}" 0.02 0.005 0.02 0.01 0.03 &
PIDS+=($!)
lab_client 1 "$PING" -q -c 0 -i 0.3 -P 53 "${LAB_IPV4[1]}" >/dev/null 2>&1 &
PIDS+=($!)
lab_client 0 "$PING" -q -c 0 -i 0.5 -p 9 "${LAB_IPV4[1]}" >/dev/null 2>&1 &
PIDS+=($!)

TERM=xterm-256color LC_ALL=C.UTF-8 "$LAB_ROOT/scripts/screen.py" --svg 104x21 42,q \
	"$XDP_ECHO" --netns "$LAB-host" stats --watch >"$LAB_ROOT/scripts/stats-watch.svg.new"
mv "$LAB_ROOT/scripts/stats-watch.svg.new" "$LAB_ROOT/scripts/stats-watch.svg"
