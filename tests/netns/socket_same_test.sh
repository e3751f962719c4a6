#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Whatever path answers, the replies are the same: TTL, traffic class, flow label, payload. Fragments,
# IP options and extension headers are answered by the sockets, beneath XDP as without it.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
new_lab
lab_host ethtool -K eth0 tx off >/dev/null # so that the checksums of the sockets' replies can be judged

# probed [OPTIONS]: as probe.py; what it counts is in $TMP/probed.
probed() {
	lab_isp 0 "$ROOT/tests/netns/probe.py" --mac "${LAB_MAC[0]}" --peer "${LAB_GATEWAY_MAC[0]}" \
		--ipv4 "${LAB_IPV4[0]}" --ipv6 "${LAB_IPV6[0]}" "$@" uplink >"$TMP/probed" 2>"$TMP/err" ||
		fail "$mode: $(cat "$TMP/err")"
}

for mode in native generic socket; do
	xe attach --mode "$mode" eth0 >/dev/null
	equal "path" "$mode" "$(query eth0 .path)"
	probed
	equal "requests ($mode)" "$(jq .sent "$TMP/probed")" "$(counter eth0 requests)"
	equal "replies ($mode)" "$(jq .answered "$TMP/probed")" "$(counter eth0 replies)"
	equal "TTL drops ($mode)" "$(jq '.sent - .answered' "$TMP/probed")" "$(counter eth0 dropped.ttl)"
	xe detach eth0
done

for mode in native socket; do
	xe attach --mode "$mode" --ttl 77 eth0 >/dev/null
	probed --ttl 77
	xe detach eth0
done
