# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# lib.sh - sourced by every test that runs in a guest: the assertions of the namespace tests, on
# hosts whose cables end in emulated network cards.
#
# A lab has two nodes. `host` has the cards under test, `far` the cards at the other ends of their
# cables. Cable N runs between eth$N of both; its addresses are those of uplink N of scripts/lab.sh.
#
# tests/vm/run names the machine's cards in XE_VM_CARDS. Number N of them (from 1) has the MAC
# 52:54:00:00:0N:01; the far end of its cable has 52:54:00:00:0N:02.

# shellcheck source-path=SCRIPTDIR source=../netns/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../netns/lib.sh"

LAB_NODES=(host far)

[ -n "${XE_VM_CARDS:-}" ] || skip "runs in a guest; run: make check-vm"

# kernel_has VERSION: the guest's kernel is this one or a later one.
kernel_has() {
	[ "$(printf '%s\n' "$1" "$(uname -r)" | sort -V | head -n 1)" = "$1" ]
}

# card_number CARD: its place in XE_VM_CARDS.
card_number() {
	local number=0 card

	for card in $XE_VM_CARDS; do
		number=$((number + 1))
		[ "$card" != "$1" ] || {
			echo $number
			return
		}
	done
	fail "this machine has no card $1"
}

# card_mac CARD END: of the card itself (1) or of the far end of its cable (2).
card_mac() { printf '52:54:00:00:%02x:%02x' "$(card_number "$1")" "$2"; }

# The name of the interface that has a MAC address, in this namespace. Cards come back into it late
# when the namespace that they were in goes.
find_mac() {
	local device

	for device in /sys/class/net/*; do
		[ "$(cat "$device/address" 2>/dev/null)" != "$1" ] || {
			basename "$device"
			return
		}
	done
	return 1
}

# take_card NODE CARD END NAME: moves it into a node, under this name, and sets it up.
take_card() {
	local mac device

	mac=$(card_mac "$2" "$3")
	eventually find_mac "$mac" >/dev/null || fail "no interface has the MAC $mac of $2"
	device=$(find_mac "$mac")
	ip link set "$device" down
	ip link set "$device" netns "$LAB-$1" name "$4"
	ip -n "$LAB-$1" link set "$4" mtu 1500 up
}

# new_host CARD...: a host with these cards as eth0, eth1 and so on, each with its cable.
new_host() {
	local number=0 card

	LAB=vm$$-${#LABS[@]}
	LABS+=("$LAB")
	_lab_add_node host
	_lab_add_node far
	for card in "$@"; do
		take_card host "$card" 1 eth$number
		take_card far "$card" 2 eth$number
		number=$((number + 1))
	done
}

# give_addresses N [DEVICE [FAR]]: cable N's addresses to both ends of it, or to other devices there.
give_addresses() {
	local device=${2:-eth$1} far=${3:-${2:-eth$1}}

	lab_ip host <<-END
		addr add ${LAB_IPV4[$1]}/24 dev $device
		addr add ${LAB_IPV6[$1]}/64 dev $device nodad
	END
	lab_ip far <<-END
		addr add ${LAB_GATEWAY_IPV4[$1]}/24 dev $far
		addr add ${LAB_GATEWAY_IPV6[$1]}/64 dev $far nodad
	END
}

# A cable is used once an ICMP echo has gone through it: autonegotiation takes its time.
cable_works() { lab_run far busybox ping -q -c 1 -W 1 "${LAB_IPV4[$1]}" >/dev/null 2>&1; }

# new_cables CARD...: a host with these cards, each with its addresses and its cable plugged in.
new_cables() {
	local number

	new_host "$@"
	for ((number = 0; number < $#; number++)); do
		give_addresses $number
		eventually cable_works $number || fail "no link over the cable of eth$number"
	done
}

# result CARD COLUMN TEXT: one cell of the table that tests/vm/run prints at the end.
result() { printf 'RESULT\t%s\t%s\t%s\n' "$@"; }

# both_families N [OPTIONS of ping.py]: pings to the two addresses of cable N are answered.
both_families() {
	answered far "${LAB_IPV4[$1]}" "${@:2}"
	answered far "${LAB_IPV6[$1]}" "${@:2}"
}

# replies_of IFACE PATH: how many that path has sent.
replies_of() {
	"$XDP_ECHO" metrics |
		grep "^xdp_echo_replies_total{.*interface=\"$1\",.*netns=\"$LAB-host\".*path=\"$2\"" |
		awk '{ sum += $NF } END { print sum + 0 }'
}

# answers IFACE N PATH: pings over cable N are answered on both families, and by that path.
answers() {
	local before

	before=$(replies_of "$1" "$3")
	answered far "${LAB_IPV4[$2]}" -c 8 -s 1400
	answered far "${LAB_IPV6[$2]}" -c 8 -s 0
	[ "$(replies_of "$1" "$3")" -eq $((before + 16)) ] || {
		"$XDP_ECHO" metrics | grep "interface=\"$1\"" | grep -v ' 0$'
		fail "not all 16 replies of $1 are by $3"
	}
}

# attach_eth0 CARD ARGUMENTS...: eth0, which is that card.
attach_eth0() {
	local card=$1

	shift
	xe attach "$@" eth0 >"$TMP/attach" 2>&1 || fail "$card: attach $*: $(cat "$TMP/attach")"
}

detach_eth0() {
	xe detach eth0
	untouched "after detaching from $1"
}

# works_in CARD MODE: it attaches in this mode, answers, and leaves nothing behind.
works_in() {
	attach_eth0 "$1" --mode "$2"
	equal "path of $1" "$2" "$(query eth0 .path)"
	answers eth0 0 "$2"
	detach_eth0 "$1"
	result "$1" "$2" yes
}

# auto_picks CARD MODE [REASON]: what `attach` chooses by itself, and what `status` says of it. That
# mode works then, and need not be asked for to see it.
auto_picks() {
	attach_eth0 "$1"
	equal "path of $1" "$2" "$(query eth0 .path)"
	query eth0 .reason >"$TMP/reason"
	grep -Eq -- "${3:-the best path works here}" "$TMP/reason" ||
		fail "$1: the reason is \"$(cat "$TMP/reason")\""
	answers eth0 0 "$2"
	detach_eth0 "$1"
	result "$1" auto "$2"
	result "$1" "$2" yes
}

# refuses CARD MODE PATTERN: it cannot be attached in this mode, and a line says why.
refuses() {
	refused 1 "$3" attach --mode "$2" eth0
	result "$1" "$2" no
}
