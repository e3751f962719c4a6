#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Two namespaces with interfaces of the same names do not get in each other's way.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
new_lab
first=$LAB
new_lab
second=$LAB

LAB=$first
xe attach --port 7 eth0 eth1
LAB=$second
xe attach --port 9 eth0 eth1
equal "ports of the second" '[9]' "$(query eth0 '.ports | tostring')"
answered client0 "${LAB_IPV4[0]}" -p 9 -c 5
silent client0 "${LAB_IPV4[0]}" -p 7
equal "replies of the second" 5 "$(counter eth0 replies)"
xe detach --all
untouched "after detach"

LAB=$first
equal "ports of the first" '[7]' "$(query eth0 '.ports | tostring')"
equal "netns" "$LAB-host" "$(query eth0 .netns)"
equal "replies of the first" 0 "$(counter eth0 replies)"
answered client0 "${LAB_IPV4[0]}" -c 5
equal "interfaces of the first" "eth0 eth1" \
	"$(xe --json status | jq -r '[.interfaces[].interface] | sort | join(" ")')"
