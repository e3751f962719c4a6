#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Attaching what is attached replaces program and settings, under load, and loses neither a ping nor
# a count.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
new_lab

xe attach eth0
load_start client0 "${LAB_IPV4[0]}"
for ports in 7 7,9 7,4000-4010 7 7; do
	xe attach --port $ports eth0
done
answered client1 "${LAB_IPV4[0]}" -c 5
silent client1 "${LAB_IPV4[0]}" -p 4000
xe attach --ttl 33 --port 7,4000 eth0
answered client1 "${LAB_IPV4[0]}" -p 4000 -c 5
equal "ports" '[7,4000]' "$(query eth0 '.ports | tostring')"

load_stop
equal "replies counted" $((LOAD_SENT + 10)) "$(counter eth0 replies)"
equal "requests counted" $((LOAD_SENT + 10)) "$(counter eth0 requests)"
equal "agents" 1 "$(ip netns pids "$LAB-host" | wc -l)"

# the mode is a setting too
xe attach --mode generic eth0
equal "path" generic "$(query eth0 .path)"
answered client1 "${LAB_IPV4[0]}" -c 5
xe attach --mode native eth0
equal "path" native "$(query eth0 .path)"
answered client1 "${LAB_IPV4[0]}" -c 5
equal "replies counted" $((LOAD_SENT + 20)) "$(counter eth0 replies)"
