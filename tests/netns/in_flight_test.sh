#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What waits for a userspace path when it is taken off is answered before the path goes.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
new_lab

PINGS=64 # their replies come all at once, and the buffer of a socket of the client holds 98

sent_by_client() { lab_client 0 sed -n "s/^Udp: [0-9]* [0-9]* [0-9]* \([0-9]*\) .*/\1/p" /proc/net/snmp; }
all_sent() { [ "$(sent_by_client)" -ge $((before + PINGS)) ]; }

# waiting_when MODE COMMAND...: pings wait for a path whose agent is held, and then comes the command.
waiting_when() {
	xe attach --mode "$1" eth0 >/dev/null
	answered client0 "${LAB_IPV4[0]}" # and everybody knows his neighbours
	before=$(sent_by_client)
	kill -STOP "$(query eth0 .agent.pid)"
	background client0 "$PING" -q -c $PINGS -i 0.002 -W 20 "${LAB_IPV4[0]}" >"$TMP/pings"
	eventually all_sent || fail "the pings do not come"
	sleep 0.2 # the last of them, too
	xe "${@:2}" >/dev/null
	wait "$BACKGROUND" || fail "$*: $(cat "$TMP/pings")"
}

for mode in afxdp socket; do
	waiting_when $mode attach --mode native eth0
	waiting_when $mode attach --mode $mode --port 7,9 eth0
	waiting_when $mode detach eth0
	untouched "after detach"
done
