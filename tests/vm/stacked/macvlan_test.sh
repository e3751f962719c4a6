#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A macvlan on a card, each with an address and a MAC of its own, both attached.
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

new_cables virtio-net
lab_ip host <<-END
	link add link eth0 name macvlan0 type macvlan mode bridge
	link set macvlan0 up
END
give_addresses 1 macvlan0 eth0
# or eth0 would answer for the macvlan's address with its own MAC
lab_host sh -c 'echo 1 >/proc/sys/net/ipv4/conf/all/arp_ignore'
report 0 eth0
found note eth0 upper 'macvlan macvlan0'
xe attach eth0 >/dev/null
for mode in auto socket; do
	xe attach --mode $mode macvlan0 >/dev/null
	path=$(query macvlan0 .path)
	say "macvlan0 --mode $mode: $path, $(query macvlan0 .reason)"
	[ $mode = auto ] || equal "path of macvlan0" $mode "$path"
	answers eth0 0 native
	answers macvlan0 1 "$path"
	xe detach macvlan0
	[ $mode != auto ] || result macvlan auto "$path"
	result macvlan "$path" yes
done
xe detach eth0
untouched "after detaching both"
