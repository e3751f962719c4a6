#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Both NICs answer, over IPv4 and IPv6, in native and in generic mode: from the address that was
# probed, on the NIC that was probed, to the MAC that asked. The wire is the witness.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
new_lab

ping_both() {
	local n client

	for n in 0 1; do
		for client in 0 1; do
			answered client$client "${LAB_IPV4[n]}" -c 10
			answered client$client "${LAB_IPV6[n]}" -c 10 -s 1000
		done
		answered isp$n "${LAB_IPV4[n]}" -s 0
		answered isp$n "${LAB_IPV6[n]}" -s 1452
	done
}

for mode in native generic; do
	xe attach --mode $mode eth0 eth1
	capture_start 0
	capture_start 1
	ping_both
	capture_stop 0
	capture_stop 1
	for n in 0 1; do
		judged $n --port 7
		equal "path of eth$n" $mode "$(query eth$n .path)"
		equal "answered on the wire of eth$n" 46 "$(jq .answered "$TMP/judged")"
		equal "counted replies of eth$n" 46 "$(counter eth$n replies)"
	done
	xe detach eth0 eth1
	untouched "after detach"
	silent client0 "${LAB_IPV4[0]}"
done
