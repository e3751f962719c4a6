# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# vlan.sh - sourced by the tests of VLANs: the address of a VLAN device is answered on its VLAN only,
# whether the card leaves the tag in the frame or takes it out.

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

VLAN_IPV4=198.51.100.2 VLAN_IPV6=2001:db8:b::2 # those of uplink 1, here on VLAN 100

# add_vlan NODE ID
add_vlan() { ip -n "$LAB-$1" link add link eth0 name "eth0.$2" up type vlan id "$2"; }

# misdirect DEVICE: `far` sends what is for the VLAN's addresses out of DEVICE, to the card's MAC.
misdirect() {
	local mac

	mac=$(card_mac "$CARD" 1)
	lab_ip far <<-END
		route replace $VLAN_IPV4 dev $1
		route replace $VLAN_IPV6 dev $1
		neigh replace $VLAN_IPV4 lladdr $mac dev $1 nud permanent
		neigh replace $VLAN_IPV6 lladdr $mac dev $1 nud permanent
	END
}

direct() {
	lab_ip far <<-END
		route del $VLAN_IPV4
		route del $VLAN_IPV6
	END
}

# stays_silent DEVICE: the VLAN's addresses, asked over another VLAN or none.
stays_silent() {
	misdirect "$1"
	silent far $VLAN_IPV4 -c 4
	silent far $VLAN_IPV6 -c 4
	direct
}

# on_its_vlan CARD MODE PATH WHERE: attached in MODE, the VLAN's pings are answered by PATH, the tag
# being WHERE.
on_its_vlan() {
	CARD=$1
	attach_eth0 "$1" --mode "$2"
	answers eth0 0 "$2"
	answers eth0 1 "$3"
	stays_silent eth0
	stays_silent eth0.200
	detach_eth0 "$1"
	result "$1, VLAN tag $4" "$2" "by $3"
}

# vlan_host CARD: addresses on eth0 and on eth0.100; only `far` has a VLAN 200.
vlan_host() {
	new_cables "$1"
	add_vlan host 100
	add_vlan far 100
	add_vlan far 200
	give_addresses 1 eth0.100
}

# hardware_tag on|off: whether the card takes tags out of frames. It may reset the card.
hardware_tag() {
	lab_host ethtool -K eth0 rxvlan "$1" >/dev/null
	eventually cable_works 0 || fail "no link with rxvlan $1"
}
