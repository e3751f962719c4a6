#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The judges can say no: ping.py and wire.py find what is wrong with a server that answers as a
# plain UDP socket on a dual-homed host does.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
new_lab

# Answers from whatever address routing picks; every fourth reply is lost, every fifth is damaged.
background host /usr/bin/python3 -c "
import socket
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.bind(('', 7))
for number in range(1, 1000):
    data, peer = sock.recvfrom(65536)
    if number % 4:
        sock.sendto(data if number % 5 else b'damaged', peer)
"
eventually is_answered client0 "${LAB_IPV4[0]}" || fail "the server does not start"

lab_client 0 "$PING" -c 20 -i 0.01 -W 0.3 "${LAB_IPV4[0]}" >"$TMP/ping" && fail "20 of 20 answered"
grep -q '20 sent, 12 answered, 8 lost, 3 wrong' "$TMP/ping" || fail "$(cat "$TMP/ping")"
grep -q 'unknown payload' "$TMP/ping" || fail "$(cat "$TMP/ping")"

capture_start 1
lab_client 0 "$PING" -c 4 -i 0.01 -W 0.3 "${LAB_IPV4[1]}" >"$TMP/ping" && fail "eth1 answered"
grep -q "wrong reply from ${LAB_IPV4[0]} port 7: not what was probed" "$TMP/ping" ||
	fail "a reply from the wrong address is not seen: $(cat "$TMP/ping")"
capture_stop 1
(judged 1 --port 7) 2>"$TMP/err" && fail "wire.py finds nothing wrong"
grep -q 'missing reply' "$TMP/err" || fail "wire.py does not miss the replies: $(cat "$TMP/err")"
