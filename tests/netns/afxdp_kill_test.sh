#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Mode afxdp through the lives of its agents: another takes over under load and loses nothing; one
# that is killed leaves nobody to answer, since its path is a process, until attach repairs it.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
LAB_QUEUES=2
new_lab

xe attach --mode afxdp eth0 >/dev/null
load_start client0 "${LAB_IPV4[0]}"
for ports in 7,9 7,4000-4010 7 7; do
	xe attach --mode afxdp --port $ports eth0 >/dev/null
done
for mode in native afxdp generic afxdp socket afxdp; do
	xe attach --mode $mode eth0 >/dev/null
done
# a failed attach puts back what was there
(xe attach --mode afxdp --port 9 eth0 nonesuch 2>/dev/null) && fail "attached nonesuch"
answered client0 "${LAB_IPV4[0]}" -c 3
load_stop
sent=$((LOAD_SENT + 3))
equal "replies" $sent "$(counter eth0 replies)"
equal "requests" $sent "$(counter eth0 requests)"
equal "agents" 1 "$(ip netns pids "$LAB-host" | wc -l)"

# killed: no process, no answer, and no crash of anything; what is up the stack goes on
kill -KILL "$(query eth0 .agent.pid)"
is_dead() { [ "$(query eth0 .agent.alive)" = false ]; }
eventually is_dead || fail "the agent is alive"
passed=$(counter eth0 passed.redirect)
silent client0 "${LAB_IPV4[0]}" -c 3
tcp_is_refused "${LAB_IPV4[0]}" || fail "TCP does not work"
equal "passed for want of a socket" $((passed + 3)) "$(counter eth0 passed.redirect)"
xe attach --mode afxdp eth0 >/dev/null
answered client0 "${LAB_IPV4[0]}" -c 5
equal "replies" $((sent + 5)) "$(counter eth0 replies)"

# killed, and detached without it
kill -KILL "$(query eth0 .agent.pid)"
xe detach eth0
untouched "after detach"
