#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A VLAN device comes while its interface is attached, and somebody else holds a port on it: status
# tells, everything else is answered, and the device is served once the port is free.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
new_lab

ip -n "$LAB-isp0" link add link uplink name vlan5 type vlan id 5 2>/dev/null ||
	skip "this kernel has no VLAN devices"
lab_ip isp0 <<-END
	link set vlan5 up
	addr add 10.5.0.1/24 dev vlan5
END

trouble_is() { query eth0 .trouble | grep -Eq "$1"; }

xe attach --port 4321 eth0 >/dev/null
agent=$(query eth0 .agent.pid)
kill -STOP "$agent" # so that the other one is first
lab_ip host <<-END
	link add link eth0 name eth0.5 type vlan id 5
	link set eth0.5 up
	addr add 10.5.0.2/24 dev eth0.5
END
background host python3 -c '
import socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"eth0.5")
s.bind(("", 4321))
print("bound", flush=True)
time.sleep(600)' >"$TMP/holder"
eventually [ -s "$TMP/holder" ] || fail "the port cannot be taken"
kill -CONT "$agent"

eventually trouble_is "4321.*in use by another program" || fail "the trouble is $(query eth0 .trouble)"
xe status eth0 | grep -q '^  trouble .*4321' || fail "status does not tell"
answered client0 "${LAB_IPV4[0]}" -p 4321
silent isp0 10.5.0.2 -p 4321
equal "path" native "$(query eth0 .path)"
equal "repairs" 0 "$(query eth0 .repairs)"

kill "$BACKGROUND"
eventually trouble_is '^$' || fail "the trouble stays: $(query eth0 .trouble)"
eventually is_answered isp0 10.5.0.2 -p 4321 || fail "the VLAN device is not served"
answered isp0 10.5.0.2 -p 4321
xe detach eth0
untouched "after detach"
