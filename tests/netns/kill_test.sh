#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# An agent that is killed takes nothing with it: pings are answered on, and the next attach adopts
# what is there, under load, without losing a ping or a count.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
new_lab

xe attach eth0 eth1
answered client0 "${LAB_IPV4[0]}" -c 10
first=$(query eth0 .agent.pid)
equal "agent is alive" true "$(query eth0 .agent.alive)"

load_start client0 "${LAB_IPV4[0]}"
kill -KILL "$first"
eventually ended "$first" || fail "the agent cannot be killed"
equal "agent is alive" false "$(query eth0 .agent.alive)"
answered client1 "${LAB_IPV4[0]}" -c 20
answered client1 "${LAB_IPV6[0]}" -c 20
equal "replies before adopting are kept" true "$(query eth0 '.counters.replies >= 50')"

xe attach eth0 eth1
second=$(query eth0 .agent.pid)
[ "$first" != "$second" ] || fail "attach started no new agent"
equal "agent is alive" true "$(query eth0 .agent.alive)"
load_stop
equal "replies counted" $((10 + 40 + LOAD_SENT)) "$(counter eth0 replies)"

# the new agent does an agent's work
ip -n "$LAB-host" addr add 192.0.2.77/24 dev eth0
eventually is_answered client0 192.0.2.77 || fail "the new agent does not follow addresses"
