#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Pings of every size, up to 65,507 bytes, in fragments and in jumbo frames, with XDP attached and
# without: the replies have the payload of the requests.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

large_pings() {
	local size address

	for size in "$@"; do
		for address in "${LAB_IPV4[0]}" "${LAB_IPV6[0]}"; do
			answered client0 "$address" -c 3 -s "$size"
			sent=$((sent + 3))
		done
	done
}

for mtu in 1500 9000; do
	LAB_MTU=$mtu new_lab
	for node in isp0 client0; do
		ip -n "$LAB-$node" link set dev "$([ $node = isp0 ] && echo client || echo eth0)" mtu $mtu
	done
	for mode in native generic socket; do
		say "mode $mode, MTU $mtu"
		xe attach --mode $mode eth0 >/dev/null
		sent=0
		large_pings 1473 8972 60000 65507
		equal "replies" $sent "$(counter eth0 replies)"
		equal "requests" $sent "$(counter eth0 requests)"
		xe detach eth0
	done
done

say "replies are cut by the MTU of the NIC, whatever ICMP says about the path"
xe attach --mode socket eth0 >/dev/null
answered client0 "${LAB_IPV4[0]}" -c 1 -s 8000
lab_isp 0 /usr/bin/python3 -c "
import sys
from scapy.layers.inet import ICMP, IP, UDP
from scapy.layers.l2 import Ether
mac, host, client = sys.argv[1:]
from scapy.sendrecv import sendp
inner = IP(src=host, dst=client, flags='DF', len=8028) / UDP(sport=7, dport=4711, len=8008)
sendp(Ether(dst=mac) / IP(src='192.0.2.1', dst=host) / ICMP(type=3, code=4, nexthopmtu=600) / inner,
      iface='uplink', verbose=False)
" "${LAB_MAC[0]}" "${LAB_IPV4[0]}" "${LAB_CLIENT_IPV4[0]}"
frames_from_host() { ip -n "$LAB-host" -j -s link show eth0 | jq '.[].stats64.tx.packets'; }
before=$(frames_from_host)
answered client0 "${LAB_IPV4[0]}" -c 20 -s 8000
after=$(frames_from_host)
[ $((after - before)) -lt 60 ] || fail "20 replies took $((after - before)) frames"
