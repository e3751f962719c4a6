#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Commands that are given at once take turns: no ping is lost, one agent is there in the end, and
# the settings are those of one command, not a mixture. With several queues.
export LAB_QUEUES=4
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
new_lab

# together COMMAND...: each is one string of arguments; all must succeed.
together() {
	local n=0 command

	for command in "$@"; do
		# shellcheck disable=SC2086 # a list of words
		"$XDP_ECHO" --netns "$LAB-host" $command >"$TMP/said$n" 2>&1 &
		CHILDREN[n]=$!
		n=$((n + 1))
	done
	while [ $n -gt 0 ]; do
		n=$((n - 1))
		wait "${CHILDREN[n]}" || fail "$(cat "$TMP/said$n")"
	done
}

together "attach eth0" "attach eth0 eth1" "attach eth1 eth0"
equal "agents" 2 "$(ip netns pids "$LAB-host" | wc -l)"

load_start client0 "${LAB_IPV4[0]}"
together "attach --port 7,4000 --ttl 40 eth0 eth1" "attach --port 7,5000 --ttl 50 eth0 eth1" \
	"attach --port 7,6000 --ttl 60 eth1 eth0" "status" "stats"
load_stop
settings() { query "$1" '"\(.ports[1]) \(.ttl)"'; }
equal "settings of eth1" "$(settings eth0)" "$(settings eth1)"
case $(settings eth0) in
"4000 40" | "5000 50" | "6000 60") ;;
*) fail "a mixture: $(settings eth0)" ;;
esac
equal "agents" 2 "$(ip netns pids "$LAB-host" | wc -l)"

together "detach --all" "status" "attach eth0" "detach --all" "stats"
together "detach --all" "detach --all"
untouched "after detach"
