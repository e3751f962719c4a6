#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Exactness, on every path: each ping sent is a request of the path that took it, requests are
# replies and drops, replies are the packets that tcpdump counts on the wire, and what XDP passed
# up appears as the socket path's requests. COUNT=1000000 makes it a million pings a path.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
COUNT=${COUNT:-20000}
new_lab

# Nothing else on the wire; replies end at the gateway.
lab_host ethtool -K eth0 tx off >/dev/null
lab_ip host <<-END
	neigh replace ${LAB_GATEWAY_IPV4[0]} lladdr ${LAB_GATEWAY_MAC[0]} dev eth0 nud permanent
	neigh replace ${LAB_GATEWAY_IPV6[0]} lladdr ${LAB_GATEWAY_MAC[0]} dev eth0 nud permanent
END
lab_ip isp0 <<-END
	route add blackhole default
	route add blackhole 2001:db8:ffff::/48
END

# What tcpdump sees of the replies at the far end of eth0. Its file is stdout, for it gives a file
# that it opens itself to a user of its own, whatever that file is.
capture_replies() {
	background isp0 tcpdump -i uplink -Q in -w - -s 128 -B 65536 -n \
		'udp src port 7 or (ip6 proto 17 and src port 7)' >/dev/null 2>"$TMP/tcpdump"
	TCPDUMP=$BACKGROUND
	eventually grep -q 'listening on' "$TMP/tcpdump" || fail "tcpdump: $(cat "$TMP/tcpdump")"
}

captured() { sed -n 's/^\(tcpdump: \)\?\([0-9]*\) packets captured.*/\2/p' "$TMP/tcpdump" | tail -1; }

# It reads its ring when it gets to run.
has_captured() {
	kill -USR1 "$TCPDUMP"
	sleep 0.1
	[ "$(captured)" -ge "$1" ]
}

# end_capture REPLIES: gives it time to see so many, and some more for any beyond
end_capture() {
	eventually has_captured "$1" || :
	sleep 0.2
	kill "$TCPDUMP"
	wait "$TCPDUMP" || :
	grep -q '^0 packets dropped by kernel' "$TMP/tcpdump" || fail "tcpdump lost packets: $(cat "$TMP/tcpdump")"
}

# of PATH FILTER: out of the metrics' counters, which know the paths apart
of() {
	xe metrics eth0 | awk -v name="xdp_echo_$2_total{" -v path="path=\"$1\"" -v reason="${3:-}" '
		index($0, name) == 1 && index($0, path) && index($0, reason) { sum += $NF }
		END { print sum + 0 }'
}

# What the link lost of the replies handed to it, as its driver counts.
lost_by_link() {
	ip -n "$LAB-host" -s -j link show eth0 | jq '.[0].stats64.tx.dropped'
	lab_host ethtool -S eth0 | sed -n 's/.*xdp_tx_errors: //p'
}

all_counted() { [ "$(counter eth0 requests)" -ge "$COUNT" ]; }

for mode in native generic afxdp socket; do
	xe attach --mode $mode eth0 >/dev/null
	lost=$(($(lost_by_link | paste -sd+)))
	capture_replies
	lab_isp 0 "$ROOT/tests/netns/exact.py" --mac "${LAB_MAC[0]}" --peer "${LAB_GATEWAY_MAC[0]}" \
		--ipv4 "${LAB_IPV4[0]}" --ipv6 "${LAB_IPV6[0]}" uplink "$COUNT" >"$TMP/sent"
	eventually all_counted || :
	requests=$(counter eth0 requests)
	replies=$(counter eth0 replies)
	dropped=$(query eth0 '.counters.dropped | add')
	stack=$(jq '."for the stack"' "$TMP/sent")
	lost=$(($(lost_by_link | paste -sd+) - lost))
	end_capture $((replies - lost))

	echo "$mode: $COUNT pings sent, $requests requests = $replies replies + $dropped dropped" \
		"($(query eth0 '.counters.dropped | with_entries(select(.value > 0)) | tojson'));" \
		"$(captured) replies on the wire, $lost lost by the link;" \
		"$(of socket requests) requests of the socket path"
	equal "requests in mode $mode" "$COUNT" "$requests"
	equal "requests and replies with drops" "$requests" $((replies + dropped))
	equal "replies in mode $mode" $(($(captured) + lost)) "$replies"
	[ "$dropped" -ge "$(jq .refused "$TMP/sent")" ] || fail "few were refused: $dropped"
	[ $mode != socket ] || stack=0 # all of them are the socket path's
	[ $mode = socket ] || equal "pings for the stack, in mode $mode" "$stack" "$(of socket requests)"
	equal "requests by path" "$requests" \
		$(($(of native requests) + $(of generic requests) + $(of afxdp requests) + $(of socket requests)))
	equal "requests of path $mode" $((COUNT - stack)) "$(of $mode requests)"
	xe detach eth0
done
