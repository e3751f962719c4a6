#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Mode afxdp where it cannot be: no memory, no privilege, a queue that somebody else has, no
# Ethernet. One clear line, and nothing is left.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
LAB_QUEUES=4
new_lab

# Runs the rest as the command, refused with $1 on stderr.
cannot() {
	local pattern=$1 status=0

	shift
	"$@" >"$TMP/out" 2>"$TMP/err" || status=$?
	equal "exit status of '$*'" 1 $status
	equal "lines on stderr of '$*'" 1 "$(wc -l <"$TMP/err")"
	grep -Eq -- "$pattern" "$TMP/err" || fail "'$*' said '$(cat "$TMP/err")', not '$pattern'"
	untouched "after '$*'"
}

attach=("$XDP_ECHO" --netns "$LAB-host" attach --mode afxdp eth0)

# address space for two of the four queues
cannot 'queue [0-3] of eth0 \(8192 KiB\): Cannot allocate memory; fewer queues' \
	prlimit --as=36000000 "${attach[@]}"

# locked memory: a limit that root is held to as well, without the capability
cannot 'eth0: afxdp over native XDP: no socket on queue [0-3].*ulimit -l' \
	prlimit --memlock=1000000 nsenter --net="/run/netns/$LAB-host" \
	capsh --drop=cap_ipc_lock -- -c "$XDP_ECHO attach --mode afxdp eth0"

cannot 'AF_XDP sockets need CAP_NET_RAW' nsenter --net="/run/netns/$LAB-host" \
	capsh --drop=cap_net_raw -- -c "$XDP_ECHO attach --mode afxdp eth0"

cannot 'lo is not an Ethernet interface' "$XDP_ECHO" --netns "$LAB-host" attach --mode afxdp lo

# with room, all is well
prlimit --as=400000000 "${attach[@]}" >/dev/null
answered client0 "${LAB_IPV4[0]}" -c 5
equal "detail" "over native XDP, 4 queues, copy mode" "$(query eth0 .detail)"

# attached again without room: the earlier agent had to leave its queues, and this one has no memory
# for its settings either. The sockets answer, and status tells until it is mended.
path_is() { [ "$(query eth0 .path)" = "$1" ]; }
load_start client0 "${LAB_IPV4[0]}"
status=0
prlimit --as=36000000 "${attach[@]}" >/dev/null 2>"$TMP/err" || status=$?
equal "exit status" 1 $status
eventually path_is socket || fail "the path is $(query eth0 .path)"
equal "agent alive" true "$(query eth0 .agent.alive)"
query eth0 .trouble | grep -q 'Cannot allocate memory' || fail "trouble is $(query eth0 .trouble)"
answered client0 "${LAB_IPV6[0]}" -c 5
"${attach[@]}" >/dev/null
load_stop
path_is afxdp || fail "the path is $(query eth0 .path)"
equal "trouble" "" "$(query eth0 .trouble)"
equal "requests" "$(counter eth0 replies)" "$(counter eth0 requests)"
