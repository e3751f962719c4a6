#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Where the kernel hands many pings of a flow over as one message, each of them is judged, answered
# and counted by itself; also where the route cannot cut the replies.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
new_lab
ip -n "$LAB-isp0" link set dev uplink xdpdrv off # so that veth hands over what was not cut yet
lab_isp 0 ethtool -K uplink tx on >/dev/null

# burst ADDRESS SIZE LAST: 20 pings of SIZE bytes and one of LAST, in one system call (UDP_SEGMENT).
# Prints how many replies came back, and fails if one is none of the pings.
burst() {
	lab_isp 0 /usr/bin/python3 -c "
import socket, sys
SOL_UDP, UDP_SEGMENT = 17, 103
address, size, last = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
sock = socket.socket(socket.AF_INET6 if ':' in address else socket.AF_INET, socket.SOCK_DGRAM)
sock.setsockopt(SOL_UDP, UDP_SEGMENT, size)
pings = {bytes([at]) * (size if at < 20 else last) for at in range(21)}
sock.sendto(b''.join(sorted(pings)), (address, 7))
sock.settimeout(0.5)
replies = set()
try:
    while len(replies) < 21:
        replies.add(sock.recv(65536))
except TimeoutError:
    pass
print(len(replies))
sys.exit(not replies <= pings)
" "$@" || fail "a reply to $1 is not what was sent"
}

# How many messages the host's sockets have read.
messages() { lab_host nstat -asz UdpInDatagrams Udp6InDatagrams | awk '/^Udp/ { n += $2 } END { print n }'; }

for csum in on off; do
	say "transmit checksums of eth0 $csum"
	lab_host ethtool -K eth0 tx $csum >/dev/null
	xe attach --mode socket eth0 >/dev/null
	before=$(messages)
	for address in "${LAB_IPV4[0]}" "${LAB_IPV6[0]}"; do
		equal "replies from $address" 21 "$(burst "$address" 100 100)"
		equal "replies from $address" 21 "$(burst "$address" 1400 7)"
	done
	[ $(($(messages) - before)) -lt 84 ] || fail "nothing was coalesced: the test is worth nothing"
	equal "requests" 84 "$(counter eth0 requests)"
	equal "replies" 84 "$(counter eth0 replies)"
	equal "payload bytes" $((2 * (21 * 100 + 20 * 1400 + 7))) "$(counter eth0 reply_bytes)"
	xe detach eth0
done

say "each ping uses up its source's rate"
xe attach --mode socket --rate 1:8 eth0 >/dev/null
equal "replies within the burst" 8 "$(burst "${LAB_IPV4[0]}" 100 100)"
equal "dropped above it" 13 "$(counter eth0 dropped.rate)"
equal "requests" 21 "$(counter eth0 requests)"
xe detach eth0

say "some of a message: only the last one is small enough, only the others are"
xe attach --mode socket --max-size 50 eth0 >/dev/null
equal "replies of at most 50 bytes" 1 "$(burst "${LAB_IPV4[0]}" 100 50)"
equal "dropped for their size" 20 "$(counter eth0 dropped.size)"
xe detach eth0
xe attach --mode socket --magic 05 eth0 >/dev/null
equal "replies with the secret" 1 "$(burst "${LAB_IPV6[0]}" 100 100)"
equal "dropped for want of it" 20 "$(counter eth0 dropped.magic)"
