#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A flood from a million spoofed sources, and one client that pings ten times a second: it loses no
# ping. PINGS=600 makes it a minute, MODES="native generic" other paths, RATE=20000 a slower flood,
# for those that cannot take all of it.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
PINGS=${PINGS:-100}
SOURCES=1000000
new_lab
lab_isp 0 ip route add blackhole 16.0.0.0/4 # where the replies go

# What the wire itself lost, since the ring at its end was full: those are not there to be answered.
lost_on_wire() { lab_isp 0 ip -j -s link show uplink | jq '.[0].stats64.tx.dropped'; }

for mode in ${MODES:-native}; do
	xe attach --mode "$mode" eth0 >/dev/null
	before=$(lost_on_wire)
	background isp0 "$ROOT/tests/netns/flood.py" --mac "${LAB_MAC[0]}" --rate "${RATE:-100000}" \
		--peer "${LAB_GATEWAY_MAC[0]}" --ipv4 "${LAB_IPV4[0]}" uplink >"$TMP/flood"
	lab_client 0 "$PING" -q -c "$PINGS" -i 0.1 -W 10 "${LAB_IPV4[0]}" >"$TMP/ping" || :
	# all of the sources have been there by the time, however slow this machine is
	while [ "$(counter eth0 requests)" -lt "$SOURCES" ] && kill -0 "$BACKGROUND"; do sleep 0.2; done
	kill "$BACKGROUND"
	wait "$BACKGROUND" || fail "the flood ended by itself"
	wire=$(($(lost_on_wire) - before - $(jq .refused "$TMP/flood")))
	say "$mode: flood: $(cat "$TMP/flood"); $(query eth0 '.counters | "\(.requests) requests, \(.replies) replies"')"
	say "$mode: client: $(cat "$TMP/ping"); $wire lost on the wire"
	lost=$(sed -n 's/.* \([0-9]*\) lost.*/\1/p' "$TMP/ping")
	[ "${lost:-0}" -le "$wire" ] || fail "the client lost pings"
	[ "$(jq .sent "$TMP/flood")" -ge "$SOURCES" ] || fail "not all of the sources were there"
	xe detach eth0
done
