#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Two hosts that run xdp-echo, and one packet with the address of one of them forged as its source:
# they cannot be set upon each other for longer than a TTL, and by default not at all.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
new_lab

# The other host is the one at the far end of eth0, or the client behind it: a veth that answers from
# native XDP needs a native program at the far end, which cannot be where the other one's is generic.
other() { "$XDP_ECHO" --netns "$LAB-$OTHER" "$@"; }
on_other() { other --json stats "$OTHER_NIC" | jq "[.interfaces[0].counters | $1] | add // 0"; }
at_far_end() { OTHER=isp0 OTHER_NIC=uplink OTHER_IPV4=${LAB_GATEWAY_IPV4[0]}; }
at_client() { OTHER=client0 OTHER_NIC=eth0 OTHER_IPV4=${LAB_CLIENT_IPV4[0]}; }

# forge SOURCE-PORT TARGET-PORT: a ping from the other host, which it never sent.
forge() {
	lab_isp 0 /usr/bin/python3 - "$@" <<-END
		import sys
		from scapy.layers.inet import IP, UDP
		from scapy.layers.l2 import Ether
		from scapy.sendrecv import sendp
		sendp(Ether(src="${LAB_GATEWAY_MAC[0]}", dst="${LAB_MAC[0]}")
		      / IP(src="$OTHER_IPV4", dst="${LAB_IPV4[0]}", ttl=63)
		      / UDP(sport=int(sys.argv[1]), dport=int(sys.argv[2])) / b"round and round",
		      iface="uplink", verbose=False)
	END
}

is_over() {
	local ttl=$(($(counter eth0 dropped.ttl) + $(on_other .dropped.ttl)))

	[ $ttl -eq 1 ]
}

is_refused() { [ "$(counter eth0 dropped.source_port)" -eq 1 ]; }

both_attach() {
	xe attach --mode "$1" --port "$3" eth0 >/dev/null
	other attach --mode "$2" --port "$4" "$OTHER_NIC" >/dev/null
}

both_detach() {
	xe detach eth0 >/dev/null
	other detach "$OTHER_NIC" >/dev/null
}

# loop HERE THERE REPLIES: of both together, until the TTL is used up.
loop() {
	say "$1 and $2, ports 4000 and 5000: over when the TTL is"
	both_attach "$1" "$2" 4000 5000
	forge 5000 4000
	eventually is_over || fail "the TTL does not end it"
	equal "replies of both" "$3" $(($(counter eth0 replies) + $(on_other .replies)))
	both_detach

	say "$1 and $2, port 7: not one reply"
	both_attach "$1" "$2" 7 7
	forge 7 7
	eventually is_refused || fail "not refused"
	equal "replies of both" 0 $(($(counter eth0 replies) + $(on_other .replies)))
	both_detach
}

# The router takes one off the TTL each time, too.
at_client
for modes in "native generic" "native socket"; do
	# shellcheck disable=SC2086 # two words
	loop $modes 31
done

at_far_end
lab_isp 0 ip link set dev uplink xdp off
for modes in "native native" "generic generic" "socket socket" "native afxdp" "afxdp afxdp" \
	"generic socket" "afxdp socket" "afxdp generic"; do
	# shellcheck disable=SC2086 # two words
	loop $modes 62
done
