#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Whatever path answers, the replies are the same: TTL, traffic class, flow label, payload; and so are
# the drops and the counters, but where the kernel's stack is of another mind (probe.py: refused).
# Fragments, IP options and extension headers are answered by the sockets, beneath XDP as without it.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
new_lab
lab_host ethtool -K eth0 tx off >/dev/null # so that the checksums of the sockets' replies can be judged

# probed [OPTIONS]: as probe.py; what it counts is in $TMP/probed.
probed() {
	lab_isp 0 "$ROOT/tests/netns/probe.py" --mac "${LAB_MAC[0]}" --peer "${LAB_GATEWAY_MAC[0]}" \
		--ipv4 "${LAB_IPV4[0]}" --ipv6 "${LAB_IPV6[0]}" --path "$mode" "$@" uplink >"$TMP/probed" 2>"$TMP/err" ||
		fail "$mode: $(cat "$TMP/err")"
}

# counted MODE: requests, replies, and each reason of the drops.
counted() {
	equal "requests ($1)" "$(jq .requests "$TMP/probed")" "$(counter eth0 requests)"
	equal "replies ($1)" "$(jq .replies "$TMP/probed")" "$(counter eth0 replies)"
	equal "drops ($1)" "$(jq -cS .dropped "$TMP/probed")" \
		"$(query eth0 '.counters.dropped | with_entries(select(.value > 0)) | tojson' | jq -cS .)"
}

for mode in native generic afxdp socket; do
	xe attach --mode "$mode" eth0 >/dev/null
	equal "path" "$mode" "$(query eth0 .path)"
	probed
	counted "$mode"
	xe detach eth0
done

for mode in native afxdp socket; do
	xe attach --mode "$mode" --ttl 77 eth0 >/dev/null
	probed --ttl 77
	counted "$mode"
	xe detach eth0
done
