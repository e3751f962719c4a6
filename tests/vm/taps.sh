#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# taps.sh QUEUES... -- COMMAND... - runs a command in a network namespace of its own, which goes
# with it, with cables out of tap devices for QEMU's cards: cable N is a bridge between the taps
# nN-1, with as many queues as the Nth QUEUES says, and nN-2, with one. Unlike a port of QEMU's hub,
# a tap may have several queues, and takes offloads.
set -eu

[ -n "${XE_TAPS:-}" ] || XE_TAPS=1 exec unshare --net "$0" "$@"

# add_tap NAME BRIDGE [multi_queue]
add_tap() {
	ip tuntap add "$1" mode tap vnet_hdr "${@:3}"
	echo 1 >"/proc/sys/net/ipv6/conf/$1/disable_ipv6"
	ip link set "$1" mtu 9000 master "$2" up
}

number=0
while [ "$1" != -- ]; do
	number=$((number + 1))
	bridge=cable$number
	ip link add "$bridge" mtu 9000 type bridge mcast_snooping 0
	echo 1 >"/proc/sys/net/ipv6/conf/$bridge/disable_ipv6"
	ip link set "$bridge" up
	if [ "$1" -gt 1 ]; then
		add_tap n$number-1 "$bridge" multi_queue
	else
		add_tap n$number-1 "$bridge"
	fi
	add_tap n$number-2 "$bridge"
	shift
done
exec "${@:2}"
