#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# virtio-net with several queues: whatever queue a flow takes, it is answered.
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

CARD=virtio-net-4-queues

# 32 flows, two pings of each, one after the other, or the card's queues would be full of them;
# prints how many replies came.
flows() {
	lab_run far /usr/bin/python3 -S -c '
import socket, sys
flows = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(32)]
replies = 0
for flow in flows + flows:
    flow.settimeout(2)
    flow.sendto(b"flow", (sys.argv[1], 7))
    try:
        replies += flow.recv(64) == b"flow"
    except TimeoutError:
        pass
print(replies)' "${LAB_IPV4[0]}"
}

# used_queues: on how many receive queues a frame has met the XDP program.
used_queues() { lab_host ethtool -S eth0 | grep -Ec '^ *rx(_queue_)?[0-9]+_xdp_packets: [1-9]'; }

# all_flows MODE PATH...: every flow is answered, by one of these paths.
all_flows() {
	local before=0 after=0 path

	attach_eth0 $CARD --mode "$1"
	for path in "${@:2}"; do before=$((before + $(replies_of eth0 "$path"))); done
	equal "replies in mode $1" 64 "$(flows)"
	for path in "${@:2}"; do after=$((after + $(replies_of eth0 "$path"))); done
	equal "replies of eth0 by ${*:2}" $((before + 64)) $after
	say "$1, $(query eth0 '.detail')"
}

in_detail() { query eth0 .detail | grep -q "$1"; }

new_cables $CARD
# AF_XDP over generic XDP sees bytes alone, and not that a sender on the same hypervisor left a
# checksum to whoever needs it; from a wire, no such frame comes.
lab_run far ethtool -K eth0 tx off >/dev/null
[ "$(nproc)" -eq 2 ] || fail "this machine should have two CPUs"

say "more queues than CPUs, and none to spare: native XDP would bring down the kernel"
lab_host ethtool -L eth0 combined 3
report 1 eth0
found problem eth0 queues 'virtio_net brings down the kernel.*combined 2'
auto_picks $CARD generic 'native: .*virtio_net brings down the kernel.*combined 2'
refuses $CARD native 'virtio_net brings down the kernel'
all_flows generic generic
detach_eth0 $CARD
all_flows afxdp afxdp
query eth0 .detail | grep -q 'over generic XDP, 3 queues' || fail "detail: $(query eth0 .detail)"
detach_eth0 $CARD

say "two: native XDP takes two more for its replies, one a CPU, and frames come on all four"
lab_host ethtool -L eth0 combined 2
auto_picks $CARD native
for mode in native generic socket; do
	all_flows $mode $mode
	detach_eth0 $CARD
	result $CARD $mode yes
done
all_flows afxdp afxdp socket
eventually in_detail '2 queues of 4' || fail "the detail is $(query eth0 .detail)"
equal "replies, once the agent has seen the other queues" 64 "$(flows)"
[ "$(used_queues)" -eq 4 ] || fail "not all queues were used: $(lab_host ethtool -S eth0)"
detach_eth0 $CARD
result $CARD afxdp yes
