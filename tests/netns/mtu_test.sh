#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# MTU 9000 in native mode: pings are answered, and a jumbo frame reaches the stack whole.
export LAB_MTU=9000
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
new_lab

for mode in native generic; do
	xe attach --mode $mode eth0
	equal "path" $mode "$(query eth0 .path)"
	answered isp0 "${LAB_IPV4[0]}" -s 1400 -c 5
	answered isp0 "${LAB_IPV6[0]}" -s 3000 -c 5

	# A server of somebody else's, on another port: jumbo frames pass, and come out as they went in.
	background host /usr/bin/python3 -c "
import socket
sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
sock.bind(('::', 9999))
while True:
    data, peer = sock.recvfrom(65536)
    sock.sendto(data, peer)
"
	eventually is_answered isp0 "${LAB_IPV6[0]}" -p 9999 || fail "the server does not start"
	answered isp0 "${LAB_IPV4[0]}" -p 9999 -s 8972 -c 5
	answered isp0 "${LAB_IPV6[0]}" -p 9999 -s 8952 -c 5
	kill "$BACKGROUND"

	# A jumbo ping is the socket path's, where XDP sees the frame in several buffers; generic mode
	# of older kernels sees it in one.
	replies=$(counter eth0 replies)
	lab_isp 0 "$PING" -q -c 5 -i 0.01 -W 0.3 -s 8972 "${LAB_IPV4[0]}" >"$TMP/ping" || :
	jumbo=$(counter eth0 passed.jumbo) replies=$(($(counter eth0 replies) - replies))
	[ $((jumbo + replies)) -ge 5 ] || fail "jumbo pings are not counted: $(query eth0 .counters)"
	[ $mode = generic ] || [ "$jumbo" -ge 5 ] || fail "native mode: $(query eth0 .counters)"
	xe detach eth0
done
