#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The demo shows what it promises, without escape codes where there is no terminal; and it removes
# all that it made, also when it is interrupted in the middle.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

# In a process group of its own, as a terminal would run it; bash in the background ignores SIGINT.
start_demo() {
	: >"$TMP/demo"
	setsid env --default-signal=INT "$ROOT/scripts/demo.sh" >"$TMP/demo" 2>&1 &
	DEMO=$!
	CHILDREN+=("$DEMO")
}

nothing_left() {
	equal "namespaces $1" "" "$(ip netns list 2>/dev/null | grep "demo$DEMO-" || :)"
	equal "pins and files $1" "" "$(pins_and_files "demo$DEMO-")"
	if kill -0 -- "-$DEMO" 2>/dev/null; then fail "a process of the demo is left $1"; fi
}

start_demo
wait "$DEMO" || fail "the demo fails: $(cat "$TMP/demo")"
grep -q $'\e' "$TMP/demo" && fail "escape codes where there is no terminal"
for line in \
	'wrong reply from 192.0.2.2' \
	'client1 > eth0   3 replies from 192.0.2.2 ' \
	'client0 > eth1   3 replies from 2001:db8:b::2 ' \
	'eth0: 12 requests, 12 replies, 12 from eth0' \
	'eth1: 12 requests, 12 replies, 12 from eth1' \
	"reached the host's own stack: 0" \
	'15 requests, 15 replies, 0 dropped' \
	'nothing is attached'; do
	grep -qF "$line" "$TMP/demo" || fail "the demo does not say '$line': $(cat "$TMP/demo")"
done
nothing_left "after the demo"

# interrupt SIGNAL TEXT: as soon as the demo has said TEXT
interrupt() {
	local status=0

	start_demo
	eventually grep -qs "$2" "$TMP/demo" || fail "the demo does not get to '$2'"
	kill "-$1" -- "-$DEMO"
	wait "$DEMO" || status=$?
	equal "exit status after SIG$1 at '$2'" $((128 + $(kill -l "$1"))) $status
	grep -q 'everything is removed again' "$TMP/demo" || fail "$(tail -3 "$TMP/demo")"
	nothing_left "after SIG$1 at '$2'"
}

interrupt INT 'two uplinks'
interrupt INT 'client1 > eth0'
interrupt TERM 'client0 > eth1'
interrupt INT 'agents are stopped'
