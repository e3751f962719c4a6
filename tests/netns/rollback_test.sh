#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# attach is all or nothing: when one interface fails, the others are as they were.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
new_lab

# What must not change: program, settings, counters' memory, agent.
picture() {
	query eth0 '{path, ports, addresses, agent}'
	ip -n "$LAB-host" -d link show eth0
	pins_and_files "$LAB-host"
}

# fresh: nothing is left of eth0, in whichever order
refused 1 'nosuch0' attach eth0 nosuch0
refused 1 'nosuch0' attach nosuch0 eth0
refused 1 'lo' attach --mode native eth0 eth1 lo
silent client0 "${LAB_IPV4[0]}"

# attached with other settings: they stay in force, and no ping is lost meanwhile
xe attach --port 4000 --ttl 99 eth0
picture >"$TMP/before"
load_start client0 "${LAB_IPV4[0]}" -p 4000
for bad in nosuch0 lo; do
	status=0
	xe attach --mode native --port 7 eth0 $bad 2>"$TMP/err" || status=$?
	equal "exit status" 1 $status
	grep -q "$bad" "$TMP/err" || fail "the error does not name $bad: $(cat "$TMP/err")"
done
load_stop
picture >"$TMP/after"
diff "$TMP/before" "$TMP/after" >&2 || fail "a failed attach changed eth0"
answered client1 "${LAB_IPV4[0]}" -p 4000
silent client1 "${LAB_IPV4[0]}"
xe detach eth0

# set is all or nothing, too: one interface that is not attached, or whose agent does not obey
xe attach --rate 2000 --deny 198.18.0.0/15 eth0 eth1 >/dev/null
rules() { query "$1" .rules; }
rules eth0 >"$TMP/before"
load_start client0 "${LAB_IPV4[0]}"
xe set --rate 1:1 eth0 nosuch0 >/dev/null 2>"$TMP/err" && fail "set of an interface that is not there"
grep -q 'nosuch0: not attached' "$TMP/err" || fail "$(cat "$TMP/err")"
agent=$(query eth1 .agent.pid)
kill -STOP "$agent"
xe set --rate 1500 --deny 203.0.113.128/25 eth0 eth1 >/dev/null 2>"$TMP/err" && fail "no agent, but set"
grep -q "eth1: agent $agent does not answer" "$TMP/err" || fail "$(cat "$TMP/err")"
kill -CONT "$agent"
load_stop
for n in 0 1; do
	equal "rules of eth$n" "$(cat "$TMP/before")" "$(rules eth$n)"
	answered client1 "${LAB_IPV4[n]}" # which would be denied
	xe set --max-size 999 eth$n >/dev/null || fail "set does not work any more"
done
