#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Under `ip netns exec`, which hides bpffs, attach works on that of process 1 or says what to do
# instead; where bpffs is not mounted, it is; and an agent leaves a namespace that is deleted.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

as_after_boot "$@"

in_exec() { ip netns exec "$LAB-host" "$XDP_ECHO" "$@"; }
nothing_left() { (untouched "") >/dev/null 2>&1; }
ended() { ! kill -0 "$1" 2>/dev/null; }

# refused_in_exec COMMAND...: exit status 1, and the way out on one line.
refused_in_exec() {
	local status=0

	ip netns exec "$LAB-host" "$@" >"$TMP/out" 2>"$TMP/err" || status=$?
	equal "exit status of $*" 1 "$status"
	equal "lines of $*" 1 "$(cat "$TMP/out" "$TMP/err" | wc -l)"
	grep -q "use .xdp-echo --netns $LAB-host " "$TMP/err" || fail "$* said: $(cat "$TMP/err")"
	untouched "after $*"
}

say "no bpffs anywhere: not mounted where it would end with the command"
for command in "attach eth0" status stats "detach --all"; do
	# shellcheck disable=SC2086 # several words
	refused_in_exec "$XDP_ECHO" $command
done
mountpoint -q "$BPFFS" && fail "bpffs is mounted"

say "with --netns it is mounted, once, and said so"
xe attach eth0 >"$TMP/out" 2>"$TMP/err"
grep -q "mounted it at $BPFFS" "$TMP/err" || fail "said: $(cat "$TMP/err")"
xe attach eth1 >"$TMP/out" 2>"$TMP/err"
equal "stderr of the second attach" "" "$(cat "$TMP/err")"
answered client0 "${LAB_IPV4[0]}" -c 5
xe status >"$TMP/status"
[ "$(wc -l <"$TMP/status")" -gt 2 ] || fail "status: $(cat "$TMP/status")"
in_exec status | diff "$TMP/status" - || fail "status differs under ip netns exec"
in_exec detach --all
untouched "after detach"

say "attached under ip netns exec, it is there for everybody, and goes with the interface"
in_exec attach eth0 eth1 >/dev/null
[ -n "$(find "$BPFFS/xdp-echo" -path "*$LAB-host/eth0/*")" ] || fail "no pins in process 1's bpffs"
answered client0 "${LAB_IPV4[0]}" -c 5
answered client1 "${LAB_IPV6[1]}" -c 5
xe detach eth1
ip -n "$LAB-host" link del eth0
eventually nothing_left || untouched "after the interface has gone"

say "process 1 out of reach: the way out is named"
refused_in_exec setpriv --bounding-set=-sys_ptrace "$XDP_ECHO" attach eth1

say "an agent ends with its namespace's name, not with another's"
ip netns add "$LAB-short"
ip -n "$LAB-short" link add eth0 type veth peer name eth1
ip -n "$LAB-short" link set eth0 up
"$XDP_ECHO" --netns "$LAB-short" attach eth0 >/dev/null
agent=$(ip netns pids "$LAB-short")
[ -n "$agent" ] || fail "no agent"
ip netns add "$LAB-other"
ip netns del "$LAB-other"
"$XDP_ECHO" --netns "$LAB-short" attach --port 9 eth0 >/dev/null # it has read all its events now
agent=$(ip netns pids "$LAB-short")
[ -n "$agent" ] || fail "the agent has left"
ip netns del "$LAB-short"
eventually ended "$agent" || fail "the agent stays"
equal "pins" "" "$(pins_and_files "$LAB-short")"
