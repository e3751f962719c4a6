#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A program of somebody else is named and left alone, and nothing of ours stays.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
new_lab

picture() { ip -n "$LAB-host" -d link show eth0 | grep -o 'prog/xdp.*'; }

for kind in xdpdrv xdpgeneric; do
	ip -n "$LAB-host" link set dev eth0 $kind obj "$LAB_PASS" sec xdp.frags
	picture >"$TMP/before"
	for mode in native generic; do
		status=0
		xe attach --mode $mode eth1 eth0 2>"$TMP/err" || status=$?
		equal "exit status, $mode beside $kind" 1 $status
		equal "lines on stderr" 1 "$(wc -l <"$TMP/err")"
		grep -q 'eth0.*xdp_pass' "$TMP/err" || fail "not named: $(cat "$TMP/err")"
		diff "$TMP/before" <(picture) >&2 || fail "the other program was disturbed"
		equal "pins and files" "" "$(pins_and_files "$LAB-host")"
		equal "processes" "" "$(ip netns pids "$LAB-host")"
	done
	# left the choice, attach takes a path that needs no program, and says why
	xe attach eth0
	equal "path beside $kind" socket "$(query eth0 .path)"
	query eth0 .reason | grep -q xdp_pass || fail "the reason does not name it: $(query eth0 .reason)"
	answered client0 "${LAB_IPV4[0]}"
	answered client0 "${LAB_IPV6[0]}"
	xe detach eth0
	diff "$TMP/before" <(picture) >&2 || fail "the other program was disturbed"
	ip -n "$LAB-host" link set dev eth0 $kind off
done

# a program that took our place is not detached with us
xe attach eth0
kill -KILL "$(query eth0 .agent.pid)"
bpftool link detach pinned "$(pins_and_files "$LAB-host" | grep '/eth0/link$')"
ip -n "$LAB-host" link set dev eth0 xdpdrv obj "$LAB_PASS" sec xdp.frags
picture >"$TMP/before"
xe detach eth0
diff "$TMP/before" <(picture) >&2 || fail "detach took another program off"
equal "pins and files" "" "$(pins_and_files "$LAB-host")"
