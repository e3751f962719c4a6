#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What `check` says of settings that only real cards have, and that the commands it names mend them.
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

# finding SUBJECT: level, text and command of the first about it on eth0.
finding() {
	xe --json check eth0 >"$TMP/report" || :
	jq -r --arg subject "$1" '[.findings[] | select(.interface == "eth0" and .subject == $subject)][0]
		| "\(.level) \(.text) \(.command // "")"' "$TMP/report"
}

# found SUBJECT PATTERN
found() { finding "$1" | grep -Eq "$2" || fail "$1: not '$2' in $(jq -c .findings "$TMP/report")"; }

# mend SUBJECT: as the report says.
mend() {
	finding "$1" >/dev/null
	lab_host sh -c "$(jq -r --arg subject "$1" '.findings[]
		| select(.interface == "eth0" and .subject == $subject) | .command' "$TMP/report")"
}

say "a card that takes VLAN tags out of frames"
new_cables e1000e
ip -n "$LAB-host" link add link eth0 name eth0.100 up type vlan id 100
lab_host ethtool -K eth0 rxvlan on
found vlan '^problem 1 VLAN device, and the card takes tags out'
mend vlan
found vlan '^ok 1 VLAN device, tags stay'

say "a port of a bond"
ip -n "$LAB-host" link add bond0 type bond mode active-backup
ip -n "$LAB-host" link set eth0 down
ip -n "$LAB-host" link set eth0 master bond0
found master '^problem member of bond bond0.* xdp-echo attach bond0$'

say "large receive offload"
new_cables vmxnet3
lab_host ethtool -K eth0 lro on
found lro '^problem large receive offload is on.* ethtool -K eth0 lro off$'
mend lro
found lro '^null'
found path '^(ok|note) vmxnet3: auto takes (native|generic)'

if kernel_has 6.12; then
	say "frames too long for its native XDP"
	ip -n "$LAB-host" link set eth0 mtu 9000
	found mtu '^problem 9000, '
	mend mtu
	found mtu '^ok'
	xe attach --mode native eth0 >/dev/null
	xe detach eth0
fi
