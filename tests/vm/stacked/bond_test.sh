#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A bond of two cards: attached itself, by the best path that its cards and the kernel allow.
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

# The cards of the host become one bond, those of `far` the ports of one bridge.
make_bond() {
	local number

	ip -n "$LAB-host" link add bond0 type bond mode active-backup miimon 100
	ip -n "$LAB-far" link add bridge0 type bridge
	for number in 0 1; do
		ip -n "$LAB-host" link set eth$number down
		ip -n "$LAB-host" link set eth$number master bond0
		ip -n "$LAB-far" link set eth$number master bridge0
	done
	ip -n "$LAB-host" link set bond0 up
	ip -n "$LAB-far" link set bridge0 up
	give_addresses 0 bond0 bridge0
	eventually cable_works 0 || fail "nothing comes through the bond"
}

# The bond takes a card that has its link; autonegotiation takes its time.
use_card() { ip -n "$LAB-host" link set bond0 type bond active_slave "$1" 2>/dev/null; }

# bond_in MODE: attached in this mode, it answers, also over the other card. BOND is its row of the
# table.
bond_in() {
	local path

	xe attach --mode "$1" bond0 >"$TMP/attach" 2>&1 || fail "bond0: $(cat "$TMP/attach")"
	path=$(query bond0 .path)
	[ "$1" = auto ] || equal "path of bond0" "$1" "$path"
	answers bond0 0 "$path"
	eventually use_card eth1 || fail "the bond does not take its other card"
	eventually is_answered far "${LAB_IPV4[0]}" || fail "no answer over the bond's other card"
	both_families 0
	eventually use_card eth0 || fail "the bond does not take its first card"
	eventually is_answered far "${LAB_IPV4[0]}" || fail "no answer over the bond's first card"
	say "bond0 --mode $1: $path, $(query bond0 .reason)"
	xe detach bond0
	[ "$1" != auto ] || result "$BOND" auto "$path"
	result "$BOND" "$path" yes
}

BOND="bond of virtio-net and e1000e"
new_host virtio-net e1000e
make_bond
for mode in auto socket; do bond_in $mode; done
refused 1 'native: ' attach --mode native bond0
result "$BOND" native no

BOND="bond of two virtio-net"
new_host virtio-net-b virtio-net-c
make_bond
bond_in auto
