#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# --address: exactly the given addresses are served, wherever the host holds them; here an anycast
# address on lo, through both uplinks.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
new_lab

ipv4=192.0.2.201 ipv6=2001:db8:ffff::1
lab_ip host <<-END
	addr add $ipv4/32 dev lo
	addr add $ipv6/128 dev lo nodad
END
for n in 0 1; do
	lab_ip "isp$n" <<-END
		route add $ipv4/32 via ${LAB_IPV4[n]}
		route add $ipv6/128 via ${LAB_IPV6[n]}
		rule add pref 9 iif uplink from $ipv4 table main
	END
	ip -n "$LAB-isp$n" -6 rule add pref 9 iif uplink from $ipv6 table main
done

xe attach --address $ipv4 --address $ipv6 eth0 eth1
for n in 0 1; do
	capture_start $n
	answered client$n $ipv4 -c 5
	answered client$n $ipv6 -c 5
	capture_stop $n
	wire $n judge --port 7 --ipv4 $ipv4 --ipv6 $ipv6 "$TMP/eth$n.out" "$TMP/eth$n.in" >"$TMP/judged" ||
		fail "the replies of eth$n are not right"
	equal "answered by eth$n" 10 "$(jq .answered "$TMP/judged")"
	# the interface's own address was not asked for
	silent client$n "${LAB_IPV4[n]}"
	silent client$n "${LAB_IPV6[n]}"
	equal "addresses of eth$n" "$ipv4 $ipv6" "$(query eth$n '.addresses | sort | join(" ")')"
done

# back to the interface's own
xe attach eth0
answered client0 "${LAB_IPV4[0]}"
silent isp0 $ipv4
