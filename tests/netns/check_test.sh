#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# check_test.sh - `check` on hosts that were built to have each problem; it changes nothing.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

# mend INTERFACE SUBJECT: runs the command that the last report names, in the host.
mend() {
	local command

	command=$(jq -r --arg name "$1" --arg subject "$2" '.findings[]
		| select(.interface == $name and .subject == $subject) | .command // empty' \
		<"$TMP/report" | head -n 1)
	[ -n "$command" ] || fail "no command mends $2 of $1"
	say "$command"
	lab_host sh -c "$command" >/dev/null
}

snapshot() {
	ip -n "$LAB-host" -d -o link
	ip -n "$LAB-host" rule
	ip -n "$LAB-host" route show table all
	pins_and_files "$LAB-host"
}

new_lab

say "a sound host"
snapshot >"$TMP/before"
report 0 eth0 eth1
found ok "" privileges
found ok "" xdp
for n in 0 1; do
	found ok "eth$n" link
	found ok "eth$n" path 'auto takes native'
	found ok "eth$n" peer
	found ok "eth$n" port
	found ok "eth$n" route "${LAB_IPV4[n]} leaves by eth$n, table $((101 + n))"
	found ok "eth$n" route "${LAB_IPV6[n]} leaves by eth$n, table $((101 + n))"
	found ok "eth$n" rp_filter
done
snapshot >"$TMP/after"
cmp -s "$TMP/before" "$TMP/after" || fail "check changed: $(diff "$TMP/before" "$TMP/after")"
xe check eth0 | grep -q '^ok .*eth0 .*path' || fail "no text"

say "no policy routing: eth1's address leaves by eth0; the command given mends it"
ip -n "$LAB-host" rule del pref 102
ip -n "$LAB-host" -6 rule del pref 102
lab_host sh -c 'echo 1 >/proc/sys/net/ipv4/conf/eth1/rp_filter'
report 1 eth1
found problem eth1 route "${LAB_IPV4[1]}.*leaves by eth0.*rule add from ${LAB_IPV4[1]}.*${LAB_GATEWAY_IPV4[1]}"
found problem eth1 route "${LAB_IPV6[1]}.*leaves by eth0.*-6 rule add"
found problem eth1 rp_filter 'strict'
mend eth1 route
lab_host sh -c "$(jq -r '.findings[] | select(.subject == "route" and (.command // "" | test("-6")))
	| .command' "$TMP/report")"
report 0 eth1
found ok eth1 route "${LAB_IPV4[1]} leaves by eth1"
found ok eth1 rp_filter 'routes agree'

say "a veth whose other end has no XDP program"
ip -n "$LAB-isp0" link set dev uplink xdp off
report 1 eth0
found problem eth0 peer "uplink.*ip -n $LAB-isp0"
found note eth0 path 'auto takes generic'
ip -n "$LAB-isp0" link set dev uplink xdpdrv obj "$LAB_PASS" sec xdp.frags

say "a program of somebody else"
ip -n "$LAB-host" link set dev eth0 xdpgeneric obj "$LAB_PASS" sec xdp.frags
report 1 eth0
found problem eth0 program 'xdp_pass'
found note eth0 path 'auto takes socket'
mend eth0 program
report 0 eth0

say "our own program is no problem, and its ports are no conflict"
xe attach eth0 >/dev/null
report 0 eth0
xe detach eth0

say "a port that is taken, and by whom"
background host python3 -c '
import socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("", 4321))
time.sleep(60)'
eventually sh -c "ip netns exec $LAB-host ss -lun | grep -q :4321"
report 1 --port 4321 eth0
found problem eth0 port "4321 is taken by python3.* \(pid $BACKGROUND\)"
report 0 --port 4322 eth0
kill "$BACKGROUND"

say "down; bridge port; below a macvlan; no address"
ip -n "$LAB-host" link add br0 type bridge
ip -n "$LAB-host" link add v0 type veth peer name v1
ip -n "$LAB-host" link set v0 master br0
ip -n "$LAB-host" link add mv0 link v1 type macvlan
report 1 v0 v1
found problem v0 link 'administratively down.*ip link set dev v0 up'
found problem v0 master 'bridge br0'
found note v1 upper 'macvlan mv0'
found note v1 address 'no address'

say "queues that are not in use"
ip -n "$LAB-host" link add v2 numrxqueues 4 numtxqueues 4 type veth \
	peer name v3 numrxqueues 4 numtxqueues 4
lab_host ethtool -L v2 rx 1
report 1 v2
if [ "$(nproc)" -gt 1 ]; then
	found note v2 queues '1 receive queue of 4 is in use'
	mend v2 queues
	report 1 v2
	found ok v2 queues '4 receive queues'
else
	found ok v2 queues '1 receive queue, 1 CPU'
fi

say "no privileges; no bpffs"
lab_host capsh --drop=cap_sys_admin,cap_bpf,cap_net_raw -- -c "$XDP_ECHO --json check eth0" >"$TMP/report" || :
found problem "" privileges 'CAP_BPF is missing'
found problem "" xdp 'Operation not permitted'
found note "" afxdp 'Operation not permitted'
found note eth0 path 'auto takes socket'
lab_host unshare --mount sh -c "while umount $BPFFS 2>/dev/null; do :; done
	$XDP_ECHO --json check eth0" >"$TMP/report" || :
found note "" bpffs "not mounted.*mount -t bpf bpf $BPFFS"

say "not Ethernet"
ip -n "$LAB-host" tuntap add tun0 mode tun
report 1 tun0
found note tun0 path 'socket'

say "bad input"
refused 1 'nosuch: no such interface' check nosuch
refused 2 'must be a number' check --port 0 eth0
