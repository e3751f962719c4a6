#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A WireGuard tunnel has no Ethernet frames: the socket path answers, under auto too.
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

command -v wg >/dev/null || skip "wg is not installed"
new_cables virtio-net

# tunnel NODE PEER ENDPOINT: its end of the tunnel; keys are $TMP/NODE and $TMP/NODE.public.
tunnel() {
	ip -n "$LAB-$1" link add wg0 type wireguard
	lab_run "$1" wg set wg0 private-key "$TMP/$1" listen-port 51820 peer "$(cat "$TMP/$2.public")" \
		endpoint "$3:51820" allowed-ips 0.0.0.0/0,::/0
	ip -n "$LAB-$1" link set wg0 up
}

for node in host far; do
	(umask 077 && wg genkey >"$TMP/$node")
	wg pubkey <"$TMP/$node" >"$TMP/$node.public"
done
tunnel host far "${LAB_GATEWAY_IPV4[0]}"
tunnel far host "${LAB_IPV4[0]}"
give_addresses 1 wg0

xe attach wg0 >/dev/null
equal "path of wg0" socket "$(query wg0 .path)"
query wg0 .reason | grep -q 'not an Ethernet interface' || fail "the reason: $(query wg0 .reason)"
result wireguard auto socket
eventually is_answered far "${LAB_IPV4[1]}" || fail "nothing comes through the tunnel"
both_families 1 -c 8
say "and beside the card that carries the tunnel"
xe attach eth0 >/dev/null
answers eth0 0 native
answers wg0 1 socket
xe detach wg0 eth0
for mode in native generic afxdp; do
	refused 1 'not an Ethernet interface' attach --mode $mode wg0
	result wireguard $mode no
done
