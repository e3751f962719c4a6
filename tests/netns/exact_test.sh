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

# What tcpdump sees of one direction at the far end of eth0; it counts in the kernel's ring.
count_start() { # NAME DIRECTION FILTER
	background isp0 tcpdump -i uplink -Q "$2" -w /dev/null -s 128 -B 65536 -n "$3" 2>"$TMP/$1"
	eval "COUNT_$1=$BACKGROUND"
	eventually grep -q 'listening on' "$TMP/$1" || fail "tcpdump: $(cat "$TMP/$1")"
}

count_stop() { # NAME; leaves the number of packets in $CAPTURED
	local pid=COUNT_$1

	kill "${!pid}"
	wait "${!pid}" || :
	grep -q '^0 packets dropped by kernel' "$TMP/$1" || fail "tcpdump lost packets: $(cat "$TMP/$1")"
	CAPTURED=$(sed -n 's/^\([0-9]*\) packets captured/\1/p' "$TMP/$1")
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
	count_start replies in 'udp src port 7 or (ip6 proto 17 and src port 7)'
	lab_isp 0 "$ROOT/tests/netns/exact.py" --mac "${LAB_MAC[0]}" --peer "${LAB_GATEWAY_MAC[0]}" \
		--ipv4 "${LAB_IPV4[0]}" --ipv6 "${LAB_IPV6[0]}" uplink "$COUNT" >"$TMP/sent"
	eventually all_counted || :
	requests=$(counter eth0 requests)
	replies=$(counter eth0 replies)
	dropped=$(query eth0 '.counters.dropped | add')
	stack=$(jq '."for the stack"' "$TMP/sent")
	count_stop replies
	lost=$(($(lost_by_link | paste -sd+) - lost))

	echo "$mode: $COUNT pings sent, $requests requests = $replies replies + $dropped dropped" \
		"($(query eth0 '.counters.dropped | with_entries(select(.value > 0)) | tojson'));" \
		"$CAPTURED replies on the wire, $lost lost by the link;" \
		"$(of socket requests) requests of the socket path"
	equal "requests in mode $mode" "$COUNT" "$requests"
	equal "requests and replies with drops" "$requests" $((replies + dropped))
	equal "replies in mode $mode" $((CAPTURED + lost)) "$replies"
	[ "$dropped" -ge "$(jq .refused "$TMP/sent")" ] || fail "few were refused: $dropped"
	[ $mode != socket ] || stack=0 # all of them are the socket path's
	[ $mode = socket ] || equal "pings for the stack, in mode $mode" "$stack" "$(of socket requests)"
	equal "requests by path" "$requests" \
		$(($(of native requests) + $(of generic requests) + $(of afxdp requests) + $(of socket requests)))
	equal "requests of path $mode" $((COUNT - stack)) "$(of $mode requests)"
	xe detach eth0
done
