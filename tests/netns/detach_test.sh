#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# detach leaves nothing: no pin, file, process, program, map or setting of the interface.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
new_lab

picture() {
	ip -n "$LAB-host" -d link show | sed 's/ promiscuity.*//'
	ip -n "$LAB-host" addr show
	ip -n "$LAB-host" rule show
	lab_host sh -c 'grep . /proc/sys/net/ipv[46]/conf/*/forwarding'
	pins_and_files "$LAB-host"
	ip netns pids "$LAB-host"
}

program_of() {
	ip -n "$LAB-host" -d link show "$1" | sed -n 's/.*prog\/xdp[a-z]* id \([0-9]*\).*/\1/p'
}

picture >"$TMP/before"
for mode in native generic; do
	xe attach --mode $mode eth0 eth1
	program=$(program_of eth0)
	maps=$(bpftool --json prog show id "$program" | jq -r '.map_ids[]')
	[ -n "$maps" ] || fail "the program of eth0 has no maps"
	answered client0 "${LAB_IPV4[0]}"
	answered client0 "${LAB_IPV4[1]}"

	# one of two: the other goes on
	xe detach eth0
	equal "program of eth0" "" "$(program_of eth0)"
	silent client0 "${LAB_IPV4[0]}"
	answered client0 "${LAB_IPV4[1]}"
	equal "interfaces in status" eth1 "$(xe --json status | jq -r '.interfaces[].interface')"

	xe detach --all
	picture >"$TMP/after"
	diff "$TMP/before" "$TMP/after" >&2 || fail "detach left something behind"
	# the kernel frees programs and maps a moment after the last reference
	is_gone() { ! bpftool "$1" show id "$2" >/dev/null 2>&1; }
	eventually is_gone prog "$program" || fail "program $program is still loaded"
	for map in $maps; do
		eventually is_gone map "$map" || fail "map $map is still there"
	done
done

# a killed agent is no obstacle
xe attach eth0
kill -KILL "$(query eth0 .agent.pid)"
xe detach eth0
picture >"$TMP/after"
diff "$TMP/before" "$TMP/after" >&2 || fail "detach after a killed agent left something behind"

# nothing to detach: --all has done its work, a named interface is an error
xe detach --all
refused 1 'eth0.*not attached' detach eth0
