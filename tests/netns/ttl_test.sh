#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The TTL of a reply is the request's minus one, and a request that leaves none is refused; --ttl
# gives every reply the same one.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
new_lab

# ttl_seen ADDRESS SENT: TTL of the reply, at the NIC's neighbour
ttl_seen() {
	lab_isp 0 "$PING" -c 1 -t "$2" "$1" | sed -n 's/.*ttl=\([0-9]*\).*/\1/p'
}

xe attach eth0
for address in "${LAB_IPV4[0]}" "${LAB_IPV6[0]}"; do
	equal "TTL for 64" 63 "$(ttl_seen "$address" 64)"
	equal "TTL for 255" 254 "$(ttl_seen "$address" 255)"
	equal "TTL for 2" 1 "$(ttl_seen "$address" 2)"
	silent isp0 "$address" -t 1
done
equal "refused for their TTL" 6 "$(counter eth0 dropped.ttl)"

xe attach --ttl 200 eth0 >"$TMP/out" 2>&1
grep -qi loop "$TMP/out" || fail "--ttl does not say what it gives up: $(cat "$TMP/out")"
for address in "${LAB_IPV4[0]}" "${LAB_IPV6[0]}"; do
	equal "TTL for 64" 200 "$(ttl_seen "$address" 64)"
	equal "TTL for 1" 200 "$(ttl_seen "$address" 1)"
done
capture_start 0
answered client0 "${LAB_IPV4[0]}" -c 5
answered client0 "${LAB_IPV6[0]}" -c 5
capture_stop 0
judged 0 --port 7 --ttl 200
