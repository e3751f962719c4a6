#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A veth whose other end has no native XDP program loses what native XDP transmits, and no error
# tells: auto goes round it, from the start and later, whether the other end can be seen or not.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
new_lab

# Kernels before 6.3 do not say, and the agent may not look into another namespace.
kernel_says() {
	xe --json check eth0 |
		jq -e '.findings | any(.subject == "path" and (.text | test("redirect")))' >/dev/null
}

peer_off() { ip -n "$LAB-isp0" link set dev uplink xdp off; }
peer_on() { ip -n "$LAB-isp0" link set dev uplink xdpdrv obj "$LAB_PASS" sec xdp.frags; }
path_is() { [ "$(query eth0 .path)" = "$1" ]; }
detail_is() { query eth0 .detail | grep -Eq "$1"; }
both_families() {
	answered client0 "${LAB_IPV4[0]}"
	answered client0 "${LAB_IPV6[0]}"
}

# peer_matters: with eth0's peer in whatever namespace.
peer_matters() {
	peer_off
	xe attach eth0 >/dev/null
	path_is generic || fail "auto takes $(query eth0 .path)"
	query eth0 .reason | grep -q 'other end of this veth' || fail "the reason is $(query eth0 .reason)"
	both_families

	peer_on
	xe attach eth0 >/dev/null
	path_is native || fail "auto takes $(query eth0 .path)"
	both_families

	if kernel_says; then
		say "the other end loses its program: noticed, and repaired"
		peer_off
		eventually path_is generic || fail "the path is $(query eth0 .path)"
		equal "repairs" 1 "$(query eth0 .repairs)"
		both_families
	fi
	xe detach eth0
	untouched "after detach"
}

say "the other end is in a namespace with a name"
peer_matters

say "native was asked for: told, and there when the other end is"
peer_off
xe attach --mode native eth0 >/dev/null
detail_is 'other end of this veth' || fail "detail: $(query eth0 .detail)"
silent client0 "${LAB_IPV4[0]}" -c 1
peer_on
eventually detail_is '^$' || fail "detail: $(query eth0 .detail)"
both_families
xe detach eth0

if kernel_says; then
	say "in a namespace that has no name"
	background isp0 sleep 600
	peer=/proc/$BACKGROUND/ns/net
	in_isp0() { [ "$(readlink "$peer")" = "net:[$(stat -c %i "/run/netns/$LAB-isp0")]" ]; }
	eventually in_isp0 || fail "cannot enter isp0"
	umount "/run/netns/$LAB-isp0"
	rm "/run/netns/$LAB-isp0"
	peer_off() { nsenter --net="$peer" ip link set dev uplink xdp off; }
	peer_on() {
		nsenter --net="$peer" ip link set dev uplink xdpdrv obj "$LAB_PASS" sec xdp.frags
	}
	peer_matters
fi
