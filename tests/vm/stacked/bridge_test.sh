#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A card that is the port of a bridge: the bridge has the address, and either of the two is attached.
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

new_host virtio-net
lab_ip host <<-END
	link add bridge0 address $(card_mac virtio-net 1) type bridge
	link set eth0 master bridge0
	link set bridge0 up
END
give_addresses 0 bridge0 eth0
eventually cable_works 0 || fail "nothing comes through the bridge"

report 1 eth0
found problem eth0 master 'bridge bridge0.*xdp-echo attach bridge0'

say "the bridge"
refused 1 'native: ' attach --mode native bridge0
result bridge native no
for mode in generic afxdp socket; do
	xe attach --mode $mode bridge0 >/dev/null
	answers bridge0 0 $mode
	xe detach bridge0
	result bridge $mode yes
done

say "its port, for the bridge's addresses"
xe attach --address "${LAB_IPV4[0]}" --address "${LAB_IPV6[0]}" eth0 >/dev/null
answers eth0 0 native
xe detach eth0
untouched "after detaching"
