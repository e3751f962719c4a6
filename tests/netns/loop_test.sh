#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Two hosts that run xdp-echo, and one packet with the address of one of them forged as its source:
# they cannot be set upon each other for longer than a TTL, and by default not at all.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
new_lab
lab_isp 0 ip link set dev uplink xdp off
other() { "$XDP_ECHO" --netns "$LAB-isp0" "$@"; }
on_other() { other --json stats uplink | jq "[.interfaces[0].counters | $1] | add // 0"; }

# forge SOURCE-PORT TARGET-PORT: a ping from the other host, which it never sent.
forge() {
	lab_isp 0 /usr/bin/python3 - "$1" "$2" <<-END
		import sys
		from scapy.layers.inet import IP, UDP
		from scapy.layers.l2 import Ether
		from scapy.sendrecv import sendp
		sendp(Ether(src="${LAB_GATEWAY_MAC[0]}", dst="${LAB_MAC[0]}")
		      / IP(src="${LAB_GATEWAY_IPV4[0]}", dst="${LAB_IPV4[0]}", ttl=64)
		      / UDP(sport=int(sys.argv[1]), dport=int(sys.argv[2])) / b"round and round",
		      iface="uplink", verbose=False)
	END
}

is_over() {
	local ttl=$(($(counter eth0 dropped.ttl) + $(on_other .dropped.ttl)))

	[ $ttl -eq 1 ]
}

is_refused() { [ "$(counter eth0 dropped.source_port)" -eq 1 ]; }

# A veth that answers from native XDP needs a native program at the other end.
for modes in "native native" "generic generic" "socket socket" "native afxdp" "afxdp afxdp" \
	"generic socket" "afxdp socket" "afxdp generic"; do
	read -r here there <<<"$modes"
	say "$here and $there, ports 4000 and 5000: over when the TTL is"
	xe attach --mode "$here" --port 4000 eth0 >/dev/null
	other attach --mode "$there" --port 5000 uplink >/dev/null
	forge 5000 4000
	eventually is_over || fail "the TTL does not end it"
	equal "replies of both" 63 $(($(counter eth0 replies) + $(on_other .replies)))
	xe detach eth0 >/dev/null
	other detach uplink >/dev/null

	say "$here and $there, port 7: not one reply"
	xe attach --mode "$here" eth0 >/dev/null
	other attach --mode "$there" uplink >/dev/null
	forge 7 7
	eventually is_refused || fail "not refused"
	equal "replies of both" 0 $(($(counter eth0 replies) + $(on_other .replies)))
	xe detach eth0 >/dev/null
	other detach uplink >/dev/null
done
