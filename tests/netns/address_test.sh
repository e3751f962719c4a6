#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Addresses that come and go while attached are followed, with no command given.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
new_lab

host_ip() { ip -n "$LAB-host" "$@"; }

xe attach eth0
for address in 192.0.2.77/24 2001:db8:a::77/64; do
	probe=${address%/*}
	silent client0 "$probe"
	host_ip addr add "$address" dev eth0 nodad
	eventually is_answered client0 "$probe" || fail "$probe was added, and is not answered"
	answered client0 "$probe" -c 20
	[ "$(query eth0 ".addresses | map(select(. == \"$probe\")) | length")" = 1 ] ||
		fail "status does not show $probe: $(query eth0 .addresses)"
	host_ip addr del "$address" dev eth0
	eventually is_silent client0 "$probe" || fail "$probe was removed, and is still answered"
done

# a hundred at once, and gone at once
seq -f "addr add 192.0.2.%g/24 dev eth0" 101 200 | lab_ip host
eventually is_answered client0 192.0.2.200 || fail "the last of many new addresses is not answered"
for last in 101 150 200; do answered client0 192.0.2.$last; done
host_ip addr flush dev eth0 to 192.0.2.96/27
host_ip addr flush dev eth0 to 192.0.2.128/25
eventually is_silent client0 192.0.2.200 || fail "the last of many old addresses is still answered"
silent client0 192.0.2.101
answered client0 "${LAB_IPV4[0]}"
answered client0 "${LAB_IPV6[0]}"

# an address of the other NIC is not this one's
silent client0 "${LAB_IPV4[1]}"
