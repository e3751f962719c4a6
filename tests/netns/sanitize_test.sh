#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The life of an attachment under ASan, UBSan and the leak checker: every process of it, agents and
# threads included, on every path.
XDP_ECHO=$(cd "$(dirname "$0")/../.." && pwd)/build/sanitize/xdp-echo
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
export ASAN_OPTIONS=detect_leaks=1:abort_on_error=0:log_path=$TMP/asan
export UBSAN_OPTIONS=print_stacktrace=1:log_path=$TMP/ubsan
new_lab

# Reports of agents come when they end.
clean() {
	local report

	for report in "$TMP"/asan.* "$TMP"/ubsan.*; do
		[ ! -e "$report" ] || fail "$1: $(head -40 "$report")"
	done
}

ended() { [ -z "$(ip netns pids "$LAB-host")" ]; }

for mode in native generic afxdp socket; do
	say "mode $mode"
	xe attach --mode $mode --port 7,4000 --deny 192.0.2.128/25 eth0 eth1 >/dev/null
	answered client0 "${LAB_IPV4[0]}" -c 20
	answered client1 "${LAB_IPV6[1]}" -c 20 -s 1400
	wire 0 send --port 7 uplink
	xe status >/dev/null
	xe --json status >/dev/null
	xe stats >/dev/null
	xe metrics >/dev/null
	xe check >/dev/null || :
	xe set --rate 500 --total-rate 100000 --max-size 1400 --magic 00 --allow 2001:db8::/32 eth0 >/dev/null
	xe set --no-allow --no-deny --magic "" eth0 eth1 >/dev/null
	ip -n "$LAB-host" address add 192.0.2.77/24 dev eth0
	eventually is_answered client0 192.0.2.77 || fail "a new address is not followed"
	ip -n "$LAB-host" address del 192.0.2.77/24 dev eth0
	xe attach --mode $mode --port 7 eth0 >/dev/null
	answered client0 "${LAB_IPV4[0]}" -c 5
	xe detach eth0 eth1 >/dev/null
	eventually ended || fail "agents go on"
	clean "mode $mode"
done

say "repair, and what fails"
xe attach --mode native eth0 >/dev/null
lab_host "$(command -v bpftool)" link detach pinned "$BPFFS/xdp-echo/netns:$LAB-host/eth0/link"
repaired() { [ "$(query eth0 .repairs)" -eq 1 ]; }
eventually repaired || fail "not repaired"
answered client0 "${LAB_IPV4[0]}" -c 5
xe attach --mode native eth0 nosuch0 >/dev/null 2>&1 && fail "nosuch0 is attached"
xe set --rate 0:5 eth0 >/dev/null 2>&1 && fail "a wrong rate is taken"
xe detach --all >/dev/null
eventually ended || fail "agents go on"
clean "repair"
