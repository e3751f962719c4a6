#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# An interface that is removed while attached takes its agent, pins and files with it; the other
# interface goes on.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
new_lab

xe attach eth0 eth1
agent=$(query eth0 .agent.pid)
ip -n "$LAB-host" link del eth0
eventually ended "$agent" || fail "the agent outlives its interface"
nothing_of() { [ -z "$(pins_and_files "$LAB-host" | grep "/$1" || :)" ]; }
eventually nothing_of eth0 || fail "left of eth0: $(pins_and_files "$LAB-host")"
equal "interfaces in status" eth1 "$(xe --json status | jq -r '.interfaces[].interface')"
answered client1 "${LAB_IPV4[1]}" -c 5

# removed with nobody there to notice: detach still clears up
agent=$(query eth1 .agent.pid)
kill -KILL "$agent"
eventually ended "$agent" || fail "the agent cannot be killed"
ip -n "$LAB-host" link del eth1
xe detach --all
untouched "after detach"
