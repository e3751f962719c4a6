#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Mode afxdp over native and over generic XDP: both families, ARP and the rest of the traffic, and
# the way in and out of the mode.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
new_lab

# ordinary traffic, which must not notice
others_work() {
	lab_isp 0 ip neigh flush dev uplink
	lab_host ip neigh flush dev eth0
	tcp_is_refused "${LAB_IPV4[0]}" || fail "TCP and ARP do not work"
	tcp_is_refused "${LAB_IPV6[0]}" || fail "TCP and ND do not work"
	lab_isp 0 ip -s neigh show "${LAB_IPV4[0]}" dev uplink | grep -q "${LAB_MAC[0]}" ||
		fail "ARP has not resolved"
}

detail() { query eth0 .detail; }

both_families() {
	answered client0 "${LAB_IPV4[0]}" -c 10
	answered client0 "${LAB_IPV6[0]}" -c 10
	answered client1 "${LAB_IPV4[0]}" -c 10 -s 1400
}

xe attach --mode afxdp eth0 eth1
equal "path" afxdp "$(query eth0 .path)"
equal "detail" "over native XDP, 1 queue, copy mode" "$(detail)"
both_families
others_work
answered client1 "${LAB_IPV6[1]}" -c 10
equal "replies of eth0" 30 "$(counter eth0 replies)"
equal "replies of eth1" 10 "$(counter eth1 replies)"
equal "passed for want of a socket" 0 "$(counter eth0 passed.redirect)"

# refused in XDP, and counted once
silent client0 "${LAB_IPV4[0]}" -c 3 -t 2
equal "refused" 3 "$(counter eth0 dropped.ttl)"
equal "requests" 33 "$(counter eth0 requests)"

# a new mode over this one, and back, keeps the counters
for mode in native afxdp generic afxdp socket afxdp; do
	xe attach --mode $mode eth0 >/dev/null
	equal "path" $mode "$(query eth0 .path)"
	answered client0 "${LAB_IPV4[0]}" -c 5
done
equal "replies of all modes" 60 "$(counter eth0 replies)"

# busy polling
xe attach --mode afxdp --busy-poll eth0 >/dev/null
equal "detail" "over native XDP, 1 queue, copy mode, busy polling" "$(detail)"
both_families
xe detach --all
untouched "after detach"

# generic, where the driver refuses native: a frame could be larger than its receive buffer
ip -n "$LAB-isp0" link set uplink xdpdrv off
ip -n "$LAB-isp0" link set uplink mtu 9000
ip -n "$LAB-host" link set eth0 mtu 9000
lab_host ethtool -K eth0 lro off 2>/dev/null || :
xe attach --mode afxdp eth0 >/dev/null
both_families
others_work
# longer than a socket's frame: the stack has it, and the sockets answer
answered isp0 "${LAB_IPV4[0]}" -c 3 -s 5000
answered isp0 "${LAB_IPV6[0]}" -c 3 -s 5000
equal "replies" 36 "$(counter eth0 replies)"
xe detach eth0
untouched "after detach"
