#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A path that somebody breaks: no ping is lost, since the sockets answer; the agent puts it back, or
# takes the next one, and status tells.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
new_lab

link_pin() { pins_and_files "$LAB-host" | grep '/eth0/link$'; }
repairs_are() { [ "$(query eth0 .repairs)" = "$1" ]; }
path_is() { [ "$(query eth0 .path)" = "$1" ]; }
trouble_is() { query eth0 .trouble | grep -Eq "$1"; }

# taken off under load, in every mode
repairs=0
sent=0
for mode in native generic afxdp; do
	xe attach --mode $mode eth0 >/dev/null
	load_start client0 "${LAB_IPV4[0]}"
	for _ in 1 2; do
		bpftool link detach pinned "$(link_pin)"
		repairs=$((repairs + 1))
		eventually repairs_are $repairs || fail "$mode is not repaired: $(xe status eth0)"
	done
	load_stop
	sent=$((sent + LOAD_SENT))
	equal "path" $mode "$(query eth0 .path)"
	equal "trouble" "" "$(query eth0 .trouble)"
	equal "replies in mode $mode" $sent "$(counter eth0 replies)"
done
repaired_at=$(query eth0 .repaired_at)
[ "$repaired_at" -gt $(($(date +%s) - 600)) ] || fail "repaired_at is $repaired_at"

# somebody else's program comes in its place. The mode asked for does not work then...
taken() {
	xe attach --mode "$1" eth0 >/dev/null
	bpftool link detach pinned "$(link_pin)"
	ip -n "$LAB-host" link set dev eth0 xdpdrv obj "$LAB_PASS" sec xdp.frags
}

taken native
eventually path_is socket || fail "the path is $(query eth0 .path)"
eventually trouble_is 'native: XDP program .* is attached already' || fail "trouble: $(query eth0 .trouble)"
answered client0 "${LAB_IPV4[0]}"
answered client0 "${LAB_IPV6[0]}"
xe status eth0 | grep -q '^  trouble .*attached already' || fail "status does not tell"
ip -n "$LAB-host" link set dev eth0 xdpdrv off
eventually path_is native || fail "native does not come back"
trouble_is . && fail "trouble is left: $(query eth0 .trouble)"
answered client0 "${LAB_IPV4[0]}"

# ... and auto takes the next that does, until a better one is possible again
taken auto
eventually path_is socket || fail "the path is $(query eth0 .path)"
equal "trouble" "" "$(query eth0 .trouble)"
query eth0 .reason | grep -q 'attached already' || fail "the reason is $(query eth0 .reason)"
answered client0 "${LAB_IPV4[0]}"
ip -n "$LAB-host" link set dev eth0 xdpdrv off
eventually path_is native || fail "auto does not go back to native"
answered client0 "${LAB_IPV4[0]}"

# down and up is no trouble
repairs=$(query eth0 .repairs)
ip -n "$LAB-host" link set eth0 down
ip -n "$LAB-host" link set eth0 up
xe attach --mode afxdp eth0 >/dev/null
ip -n "$LAB-host" link set eth0 down
ip -n "$LAB-host" link set eth0 up
lab_ip host <<-END
	route replace ${LAB_SUBNET_IPV4[0]} dev eth0 table 101
	route replace default via ${LAB_GATEWAY_IPV4[0]} dev eth0 table 101
END
eventually is_answered client0 "${LAB_IPV4[0]}" || fail "no answer after down and up"
answered client0 "${LAB_IPV4[0]}"
equal "repairs" "$repairs" "$(query eth0 .repairs)"
xe detach eth0
untouched "after detach"
