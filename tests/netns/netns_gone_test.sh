#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A namespace that is deleted while its interfaces are attached is not kept alive by the agents.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
new_lab

xe attach eth0 eth1
agents=$(xe --json status | jq -r '.interfaces[].agent.pid')
equal "agents" 2 "$(wc -w <<<"$agents")"
ip netns del "$LAB-host"
for agent in $agents; do
	eventually ended "$agent" || fail "agent $agent outlives its namespace"
done
is_clean() { [ -z "$(pins_and_files "$LAB-host")" ]; }
eventually is_clean || fail "left behind: $(pins_and_files "$LAB-host")"
# the namespace is gone for good when the other end of its wires is
is_gone() { ! ip -n "$LAB-isp0" link show uplink >/dev/null 2>&1; }
eventually is_gone || fail "something keeps the deleted namespace alive"
