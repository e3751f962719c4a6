#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# More addresses than the table of the packet paths holds: the sockets answer for the rest, and follow
# them, in every mode.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
new_lab

route_more_addresses
for i in $(seq 1 200); do
	echo "addr add 198.18.0.$i/32 dev eth0"
	echo "addr add 2001:db8:f::$i/128 dev eth0 nodad"
done | lab_ip host

# One ping to each address, all of them answered, from the address that was asked.
all_answer() {
	lab_client 0 /usr/bin/python3 -c "
import select, socket, sys
wanted = {f'198.18.0.{i}' for i in range($1, $2)} | {f'2001:db8:f::{i}' for i in range($1, $2)}
socks = [socket.socket(family, socket.SOCK_DGRAM) for family in (socket.AF_INET, socket.AF_INET6)]
for sock in socks: # nothing is read before all is sent
    sock.setsockopt(socket.SOL_SOCKET, 33, 4 << 20)  # SO_RCVBUFFORCE
for address in wanted:
    socks[':' in address].sendto(b'hello', (address, 7))
while wanted:
    ready = select.select(socks, [], [], 2)[0]
    if not ready:
        sys.exit(f'no reply from {len(wanted)}: {sorted(wanted)[:5]}')
    for sock in ready:
        wanted.remove(sock.recvfrom(100)[1][0])
" || fail "$mode: $1 to $2"
}

for mode in native socket; do
	xe attach --mode $mode eth0 >/dev/null
	answered client0 "${LAB_IPV4[0]}" # and the gateway is a known neighbour, which the sockets need
	answered client0 "${LAB_IPV6[0]}"
	all_answer 1 201
	equal "replies, mode $mode" 406 "$(counter eth0 replies)"
	xe detach eth0
done

say "an address that moves between the table and those beyond it, and one beyond at a new attach"
xe attach eth0 >/dev/null
in_table() { query eth0 '.addresses[]' | grep '^2001:db8:f::' | sort -u; }
in_table >"$TMP/before"
ip -n "$LAB-host" addr add 2001:db8:f::300/128 dev eth0 nodad
eventually is_answered client0 2001:db8:f::300 || fail "a new address is not answered"
moving=$(in_table | comm -13 - "$TMP/before")
equal "addresses that the new one pushes out of the table" 1 "$(wc -w <<<"$moving")"
moving_is_in() { in_table | grep -qx "$moving"; }
moving_is_out() { ! moving_is_in; }
load_start client0 "$moving"
for _ in 1 2 3 4 5 6; do
	ip -n "$LAB-host" addr del 2001:db8:f::300/128 dev eth0
	eventually moving_is_in || fail "$moving does not come into the table"
	ip -n "$LAB-host" addr add 2001:db8:f::300/128 dev eth0 nodad
	eventually moving_is_out || fail "$moving stays in the table"
done
load_stop
load_start client0 2001:db8:f::1
moving=2001:db8:f::1
moving_is_out || fail "$moving is in the table"
xe attach eth0 >/dev/null
xe attach --port 7,9 eth0 >/dev/null
load_stop
xe detach eth0
ip -n "$LAB-host" addr del 2001:db8:f::300/128 dev eth0

say "addresses that go and come"
mode=native
xe attach eth0 >/dev/null
for i in $(seq 1 149); do
	echo "addr del 198.18.0.$i/32 dev eth0"
	echo "addr del 2001:db8:f::$i/128 dev eth0"
done | lab_ip host
for i in $(seq 201 230); do
	echo "addr add 198.18.0.$i/32 dev eth0"
	echo "addr add 2001:db8:f::$i/128 dev eth0 nodad"
done | lab_ip host
eventually is_answered client0 2001:db8:f::230 || fail "a new address is not answered"
all_answer 150 231
silent client0 198.18.0.3
