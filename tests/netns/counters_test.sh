#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Counters equal the packets of an independent capture, exactly, reason by reason, on every path,
# with hostile frames (hostile.py) and ordinary pings after them; none is answered that should not
# be, and every frame that was answered was answered byte for byte right.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
new_lab

# Nothing on the wire but the frames of this test: neighbours are known and stay so, and what is
# sent to the hostile frames' sources ends at the gateway.
for n in 0 1; do
	# checksums of the socket path are finished before the capture sees them
	lab_host ethtool -K eth$n tx off >/dev/null
	lab_ip host <<-END
		neigh replace ${LAB_GATEWAY_IPV4[n]} lladdr ${LAB_GATEWAY_MAC[n]} dev eth$n nud permanent
		neigh replace ${LAB_GATEWAY_IPV6[n]} lladdr ${LAB_GATEWAY_MAC[n]} dev eth$n nud permanent
	END
	lab_ip "isp$n" <<-END
		neigh replace ${LAB_IPV4[n]} lladdr ${LAB_MAC[n]} dev uplink nud permanent
		neigh replace ${LAB_IPV6[n]} lladdr ${LAB_MAC[n]} dev uplink nud permanent
		route add blackhole 203.0.113.99
		route add blackhole 2001:db8:c::99
	END
done

# What the counters say, in the shape of wire.py's verdict.
counted() {
	query "$1" '.counters | {answered: .replies, bytes: .reply_bytes,
		reasons: (.passed + .dropped | with_entries(select(.value > 0)))}' | jq -S .
}

agree() { [ "$(counted "$1")" = "$(jq -S . "$TMP/judged")" ]; }

for mode in native generic afxdp socket; do
	reasons=23
	[ $mode != socket ] || reasons=6
	xe attach --mode $mode eth0 eth1 >/dev/null
	for n in 0 1; do
		[ $n = 0 ] || [ $mode = native ] || continue
		capture_start $n
		wire $n send --port 7 uplink
		answered client0 "${LAB_IPV4[n]}" -c 20
		answered client1 "${LAB_IPV6[n]}" -c 20 -s 512
		answered client1 "${LAB_IPV4[n]}" -c 20 -s 1
		capture_stop $n
		judged $n --port 7 --path $mode
		eventually agree eth$n || {
			diff <(jq -S . "$TMP/judged") <(counted eth$n) >&2 || :
			fail "capture (<) and counters (>) of eth$n in $mode mode differ"
		}
		equal "reasons seen in $mode mode" $reasons "$(jq '.reasons | length' "$TMP/judged")"
		equal "requests less replies" "$(query eth$n '.counters.dropped | add')" \
			"$(query eth$n '.counters | .requests - .replies')"
	done
	[ $mode = native ] || equal "requests of eth1, which none went to" 0 "$(counter eth1 requests)"
	xe detach --all
done
