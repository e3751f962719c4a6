#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# taps.sh CABLES COMMAND... - runs a command in a network namespace of its own, which goes with it,
# with that many cables out of tap devices for QEMU's cards: cable N is a bridge between the taps
# nN-1 and nN-2. Unlike QEMU's hub, a tap has several queues and takes offloads.
set -eu

if [ "${XE_TAPS:-}" != "$1" ]; then
	XE_TAPS=$1 exec unshare --net "$0" "$@"
fi
for number in $(seq "$1"); do
	ip link add "cable$number" mtu 9000 type bridge mcast_snooping 0
	echo 1 >"/proc/sys/net/ipv6/conf/cable$number/disable_ipv6"
	ip link set "cable$number" up
	for end in 1 2; do
		ip tuntap add "n$number-$end" mode tap multi_queue vnet_hdr
		echo 1 >"/proc/sys/net/ipv6/conf/n$number-$end/disable_ipv6"
		ip link set "n$number-$end" mtu 9000 master "cable$number" up
	done
done
exec "${@:2}"
