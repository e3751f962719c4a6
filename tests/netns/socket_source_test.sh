#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Which address answers, and by which NIC: the socket path alone, in every set-up of addresses and
# routes. ping.py fails when a reply comes from another address than the one it probed; and an ISP of
# the lab forwards nothing from an address that is not its own, so a reply by the wrong uplink is lost.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
new_lab
xe attach --mode socket eth0 eth1 >/dev/null

both_uplinks() {
	local client n

	for client in client0 client1; do
		for n in 0 1; do
			answered $client "${LAB_IPV4[n]}"
			answered $client "${LAB_IPV6[n]}"
		done
	done
}

counted() { [ "$(counter "$1" "$2")" -ge "$3" ]; }

say "an address on each of two NICs, with policy routing"
both_uplinks

say "two addresses on a NIC, of one subnet and of another, the second one first in every look-up"
lab_ip host <<-END
	addr add 192.0.2.77/24 dev eth0
	addr add 203.0.113.200/32 dev eth0
	addr add 2001:db8:a::77/64 dev eth0 nodad
	rule add pref 90 from 192.0.2.77 table 101
	rule add pref 91 from 203.0.113.200 table 101
	route replace 192.0.2.0/24 dev eth0 src 192.0.2.77
END
ip -n "$LAB-host" -6 rule add pref 90 from 2001:db8:a::77 table 101
lab_ip isp0 <<-END
	route add 203.0.113.200/32 via ${LAB_IPV4[0]} dev uplink
	rule add pref 9 iif uplink from 203.0.113.200 table main
END
for address in 192.0.2.77 203.0.113.200 2001:db8:a::77 "${LAB_IPV4[0]}" "${LAB_IPV6[0]}"; do
	eventually is_answered client0 "$address" || fail "$address is not answered"
	answered client0 "$address"
done
both_uplinks

say "a neighbour, from link-local address to link-local address"
link_local() { ip -n "$LAB-$1" -j -6 addr show dev "$2" scope link | jq -r ".[].addr_info[]?.local // empty"; }
lab_isp 0 /usr/bin/python3 -c "
import socket, sys
sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
sock.settimeout(2)
sock.bind(('', 4711))
sock.sendto(b'hello', (sys.argv[1], 7, 0, socket.if_nametoindex('uplink')))
reply, peer = sock.recvfrom(100)
sys.exit(reply != b'hello' or peer[0].split('%')[0] != sys.argv[1] or peer[1] != 7)
" "$(link_local host eth0)" || fail "no reply to a link-local ping"

say "an address of eth1 probed through eth0 is not answered, and counted"
ip -n "$LAB-isp0" route add "${LAB_IPV4[1]}/32" via "${LAB_IPV4[0]}" dev uplink
ip -n "$LAB-isp0" route add "${LAB_IPV6[1]}/128" via "${LAB_IPV6[0]}" dev uplink
silent client0 "${LAB_IPV4[1]}"
silent client0 "${LAB_IPV6[1]}"
eventually counted eth0 passed.other_address 6 || fail "other_address is not counted"
equal "requests of eth0 dropped" 0 "$(counter eth0 'dropped | add')"
ip -n "$LAB-isp0" route del "${LAB_IPV4[1]}/32" via "${LAB_IPV4[0]}"
ip -n "$LAB-isp0" route del "${LAB_IPV6[1]}/128" via "${LAB_IPV6[0]}"

say "broadcast and multicast are not answered, and counted once"
before=$(counter eth0 dropped.not_unicast)
lab_isp 0 /usr/bin/python3 -c "
import socket
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b'uplink')
sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 9)
sock.settimeout(0.3)
for group in '192.0.2.255', '255.255.255.255', '224.0.0.1':
    sock.sendto(b'hello', (group, 7))
ipv6 = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
ipv6.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 9)
ipv6.sendto(b'hello', ('ff02::1', 7, 0, socket.if_nametoindex('uplink')))
try:
    raise SystemExit(f'a reply: {sock.recvfrom(100)}')
except TimeoutError:
    pass
" || fail "a group was answered"
eventually counted eth0 dropped.not_unicast $((before + 4)) || fail "not_unicast is not counted"
equal "not_unicast" $((before + 4)) "$(counter eth0 dropped.not_unicast)"

say "no policy routing: a default route on each NIC is enough, as the sockets are bound to them"
for n in 0 1; do
	ip -n "$LAB-host" rule del pref $((101 + n))
	ip -n "$LAB-host" -6 rule del pref $((101 + n))
done
both_uplinks

say "no policy routing, and a default route on eth0 alone: eth1 has no way back, native XDP needs none"
ip -n "$LAB-host" route del default dev eth1
ip -n "$LAB-host" -6 route del default dev eth1
answered client0 "${LAB_IPV4[0]}"
answered client0 "${LAB_IPV6[0]}"
before=$(counter eth1 dropped.send)
silent client1 "${LAB_IPV4[1]}"
silent client1 "${LAB_IPV6[1]}"
equal "IPv6 replies that the kernel refused" $((before + 3)) "$(counter eth1 dropped.send)"
xe attach --mode native eth1 >/dev/null
answered client1 "${LAB_IPV4[1]}"
answered client1 "${LAB_IPV6[1]}"

say "with the policy rule, but no default route in the main table"
ip -n "$LAB-host" rule add pref 102 from "${LAB_IPV4[1]}" table 102
ip -n "$LAB-host" -6 rule add pref 102 from "${LAB_IPV6[1]}" table 102
xe attach --mode socket eth1 >/dev/null
answered client1 "${LAB_IPV4[1]}"
answered client1 "${LAB_IPV6[1]}"

say "anycast: --address of an address on lo, and of a prefix that is local by a route alone"
lab_ip host <<-END
	link set lo up
	addr add 198.18.0.1/32 dev lo
	addr add 2001:db8:f::1/128 dev lo
	route add local 198.18.1.0/24 dev lo
END
ip -n "$LAB-host" -6 route add local 2001:db8:f:1::/64 dev lo
route_more_addresses
xe attach --mode socket --address 198.18.0.1 --address 198.18.1.9 --address 2001:db8:f::1 \
	--address 2001:db8:f:1::9 eth0 >/dev/null
for address in 198.18.0.1 198.18.1.9 2001:db8:f::1 2001:db8:f:1::9; do
	eventually is_answered client0 "$address" || fail "$address is not answered"
	answered client0 "$address"
done
silent client0 "${LAB_IPV4[0]}" # asked for others
