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
	addr add ${LAB_IPV4[0]}/24 dev bridge0
	addr add ${LAB_IPV6[0]}/64 dev bridge0 nodad
END
lab_ip far <<-END
	addr add ${LAB_GATEWAY_IPV4[0]}/24 dev eth0
	addr add ${LAB_GATEWAY_IPV6[0]}/64 dev eth0 nodad
END
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
