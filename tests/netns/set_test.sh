#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The rules, as they are given at attach and changed while pings come: on every path, with counters
# kept, whether the agent lives or not.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
new_lab

# dropped REASON COMMAND...: it is silent, and counted as that.
dropped() {
	local before

	before=$(counter eth0 "dropped.$1")
	silent client0 "${LAB_IPV4[0]}" -c 5 "${@:2}"
	equal "pings dropped for $1" $((before + 5)) "$(counter eth0 "dropped.$1")"
}

set_rules() { xe set "$@" eth0 >/dev/null || fail "set $*"; }

for mode in native generic afxdp socket; do
	say "mode $mode: lists, sizes, a secret, rates"
	xe attach --mode $mode eth0 >/dev/null
	equal "default rate" '1000:1000' "$(query eth0 '"\(.rules.rate.pps):\(.rules.rate.burst)"')"
	answered client0 "${LAB_IPV4[0]}" -c 10
	set_rules --deny 203.0.113.0/24
	dropped denied
	answered client0 "${LAB_IPV6[0]}" -c 5
	set_rules --deny 203.0.113.0/24 --allow "${LAB_CLIENT_IPV4[0]}"
	answered client0 "${LAB_IPV4[0]}" -c 5
	silent client0 "${LAB_IPV6[0]}" -c 5
	set_rules --no-deny
	equal "lists" '1 allowed, 0 denied' "$(query eth0 '.rules | "\(.allow) allowed, \(.deny) denied"')"
	set_rules --allow 198.18.0.0/15
	dropped denied
	# 5,000 prefixes have a filter before their tree
	awk 'BEGIN { for (i = 0; i < 5000; i++) printf "100.64.%d.%d\n", i / 250, i % 250 }' >"$TMP/many"
	printf '%s\n' "${LAB_CLIENT_IPV4[0]}" 2001:db8:c::/64 >>"$TMP/many"
	set_rules --no-allow --deny-file "$TMP/many"
	dropped denied
	answered client1 "${LAB_IPV4[0]}" -c 5
	silent client0 "${LAB_IPV6[0]}" -c 5
	set_rules --no-deny
	set_rules --max-size 20
	dropped size -s 21
	answered client0 "${LAB_IPV4[0]}" -c 5 -s 20
	set_rules --max-size 65535 --magic 00ff00ff
	dropped magic
	set_rules --magic ""
	answered client0 "${LAB_IPV4[0]}" -c 5
	set_rules --total-rate 1:1
	silent_or_one=$(counter eth0 replies)
	lab_client 0 "$PING" -q -c 10 -i 0.01 -W 0.3 "${LAB_IPV4[0]}" >/dev/null || :
	[ "$(counter eth0 replies)" -le $((silent_or_one + 3)) ] || fail "total rate is not obeyed"
	set_rules --total-rate 0 --rate 1:1
	lab_client 0 "$PING" -q -c 10 -i 0.01 -W 0.3 "${LAB_IPV4[0]}" >/dev/null || :
	[ "$(counter eth0 dropped.rate)" -ge 7 ] || fail "rate is not obeyed"
	set_rules --rate 0
	answered client0 "${LAB_IPV4[0]}" -c 5

	say "mode $mode: changes while pings come lose none"
	before=$(counter eth0 replies)
	background client0 "$PING" -q -c 200 -i 0.005 "${LAB_IPV4[0]}" >"$TMP/load"
	for i in 1 2 3 4 5 6 7 8; do set_rules --rate $((1000 + i)) --deny "198.18.$i.0/24"; done
	wait "$BACKGROUND" || fail "pings while rules change: $(cat "$TMP/load")"
	equal "replies" $((before + 200)) "$(counter eth0 replies)"
	xe detach eth0 >/dev/null
done

say "the agent is dead: XDP obeys all the same"
xe attach --mode native eth0 >/dev/null
kill -KILL "$(query eth0 .agent.pid)"
set_rules --deny "${LAB_CLIENT_IPV4[0]}"
dropped denied
xe detach eth0 >/dev/null

say "wrong usage changes nothing"
for wrong in '--rate x' '--rate 1000:0' '--rate 0:5' '--rate 100000:1' '--rate -1' '--rate 1:' \
	'--rate-prefix 33' '--rate-prefix 32,129' '--total-rate 1.5' '--max-size 65536' '--magic 0' \
	'--magic zz' '--magic 0011223344556677889900112233445566' '--deny 192.0.2.1/24' \
	'--deny 1.2.3' '--allow ::/129' '--allow-file /nowhere' '--deny'; do
	# shellcheck disable=SC2086 # an option and its value
	refused 2 '.' attach $wrong eth0
done
printf '192.0.2.0/24\n# comment\nnonsense\n' >"$TMP/list"
refused 2 "list:3: prefix .nonsense" attach --deny-file "$TMP/list" eth0
refused 1 'not attached' set --rate 5 eth0
refused 2 'nothing to change' set eth0
