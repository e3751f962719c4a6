#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# names_test.sh - an interface under each of its names: with dots, alternative, and after a rename.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

new_lab

say "an alternative name is as good as the name"
ip -n "$LAB-host" link property add dev eth0 altname uplink-to-the-first-provider
xe attach uplink-to-the-first-provider >/dev/null
equal "interface in status" eth0 "$(xe --json status | jq -r '.interfaces[].interface')"
equal "by its alternative name" eth0 \
	"$(xe --json status uplink-to-the-first-provider | jq -r '.interfaces[].interface')"
xe detach uplink-to-the-first-provider
untouched "after detach"

say "a rename, to a name with dots, is followed; answers and counters go on"
xe attach eth0 >/dev/null
answered client0 "${LAB_IPV4[0]}" -c 3
ip -n "$LAB-host" link set eth0 down
ip -n "$LAB-host" link set eth0 name wan.0.a
ip -n "$LAB-host" link set wan.0.a up
ip -n "$LAB-host" route add default via "${LAB_GATEWAY_IPV4[0]}" dev wan.0.a table 101
eventually sh -c "$XDP_ECHO --netns $LAB-host status wan.0.a >/dev/null 2>&1"
answered client0 "${LAB_IPV4[0]}" -c 3
equal "replies" 6 "$(counter wan.0.a replies)"
equal "agent" true "$(query wan.0.a .agent.alive)"
xe detach wan.0.a
untouched "after detach"
