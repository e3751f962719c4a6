#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# --port takes lists and ranges of any of the 65535 ports; the default is 7. A served port is not
# answered as a source.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
new_lab

xe attach eth0
equal "ports" '[7]' "$(query eth0 '.ports | tostring')"

xe attach --port 7,4000-4010,65535 eth0
for port in 7 4000 4005 4010 65535; do
	answered client0 "${LAB_IPV4[0]}" -p $port
	answered client0 "${LAB_IPV6[0]}" -p $port
done
for port in 6 8 3999 4011 65534; do silent client0 "${LAB_IPV4[0]}" -p $port; done

before=$(counter eth0 dropped.source_port)
silent client0 "${LAB_IPV4[0]}" -p 7 -P 4003 -c 4
silent client0 "${LAB_IPV6[0]}" -p 7 -P 65535 -c 4
equal "refused for their source port" 8 $(($(counter eth0 dropped.source_port) - before))

# as many as one likes, as far as the sockets beneath go
xe attach --port 20000-20999 eth0
equal "ports in status" 1000 "$(query eth0 '.ports | length')"
answered client0 "${LAB_IPV4[0]}" -p 20999
silent client0 "${LAB_IPV4[0]}" -p 21000
status=0
xe attach --port 1-65535 eth0 2>"$TMP/err" || status=$?
[ $status -eq 0 ] || grep -q 'eth0: 65535 ports .*limit' "$TMP/err" ||
	fail "no limit is named: $(cat "$TMP/err")"
answered client0 "${LAB_IPV4[0]}" -p $((status ? 20000 : 30000))
