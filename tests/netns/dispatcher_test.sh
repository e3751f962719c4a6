#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Beside XDP programs of others (xdp-filter, and one more), through libxdp's dispatcher: ours joins,
# changes under load, leaves, and the others go on working. Where the kernel refuses programs of type
# EXT, that is said, and nothing is left.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
new_lab

loader() { lab_host xdp-loader "$@"; }
filter() { lab_host xdp-filter "$@" >"$TMP/out" 2>&1 || fail "xdp-filter $*: $(cat "$TMP/out")"; }
unload() { loader unload eth0 "$@" >"$TMP/out" 2>&1 || fail "xdp-loader unload: $(cat "$TMP/out")"; }
program_ids() { loader status eth0 | awk -v name="$1" '$0 ~ name {print $4}' | tr '\n' ' '; }
our_programs() { loader status eth0 | grep -Ec 'xdp_(echo|redirect)' || :; }
path_is() { [ "$(query eth0 .path)" = "$1" ]; }

# After ours, in the order of priorities; xdp-filter comes before it.
load_pass() {
	loader load -m native -p "$BPFFS/$LAB" eth0 "$LAB_PASS" -s xdp.frags -P 90 >"$TMP/out" 2>&1 ||
		fail "xdp-loader load: $(cat "$TMP/out")"
}

# beside PATH: our program, and no second one of ours, is on the interface with the others.
beside() {
	equal "path, through the dispatcher" "$1 true" \
		"$(query eth0 '"\(.path) \(.detail | test("through libxdp.s dispatcher"))"')"
	equal "our programs" 1 "$(our_programs)"
	equal "the others" "$others" "$(program_ids 'xdpfilt|xdp_pass')"
	answered client0 "${LAB_IPV4[0]}" -c 2
	expected=$((expected + 2))
}

if ! xe attach --mode native --dispatcher eth0 2>"$TMP/err" >/dev/null; then
	refused 1 "cannot attach through libxdp's dispatcher: .*EXT" attach --mode native --dispatcher eth0
	skip "this kernel refuses programs of type EXT"
fi

say "where it is free, as was asked for"
expected=0 others=''
beside native
answered client0 "${LAB_IPV6[0]}" -c 2
expected=$((expected + 2))

say "others join, under load; so do new ones of ours"
interval=0.002
[ -z "${XE_IN_VM:-}" ] || interval=0.02 # on an emulated processor
load_start client0 "${LAB_IPV4[0]}" -i $interval
filter load eth0 -m native
load_pass
others=$(program_ids 'xdpfilt|xdp_pass')
equal "the others" 2 "$(wc -w <<<"$others")"
beside native
xe attach --port 7,9 eth0 >/dev/null
xe attach --port 7,4000-4010 eth0 >/dev/null
beside native
for mode in afxdp native; do
	xe attach --mode $mode eth0 >/dev/null
	xe set --max-size 100 eth0 >/dev/null
	beside $mode
	silent client0 "${LAB_IPV4[0]}" -c 2 -s 101
done

say "what xdp-filter drops never comes to us; all else is answered"
filter ip "${LAB_CLIENT_IPV4[1]}" -m src
before=$(counter eth0 dropped.size)
silent client1 "${LAB_IPV4[0]}" -c 3 -s 999
equal "requests that were dropped before" "$before" "$(counter eth0 dropped.size)"
lab_host xdp-filter status | grep -Eq "${LAB_CLIENT_IPV4[1]} +src +3" ||
	fail "xdp-filter did not count: $(lab_host xdp-filter status)"
filter ip "${LAB_CLIENT_IPV4[1]}" -m src -r
answered client1 "${LAB_IPV4[0]}" -c 3

say "the others leave, and nothing is to be repaired"
unload -i "$(program_ids xdp_pass)"
others=$(program_ids xdpfilt)
beside native
filter unload eth0
others=''
load_stop
beside native
sleep 1.5 # the agent looks once a second
equal "replies" $((LOAD_SENT + expected + 3)) "$(counter eth0 replies)"
equal "repairs" 0 "$(query eth0 .repairs)"
xe detach eth0
untouched "after detach"

say "ours comes second, and leaves first, also without its agent"
filter load eth0 -m native
load_pass
others=$(program_ids 'xdpfilt|xdp_pass')
for end in agent kill; do
	xe --json check eth0 | jq -e '.findings | any(.subject == "program" and .level == "ok")' >/dev/null ||
		fail "check does not tell that attach joins"
	xe attach eth0 >/dev/null
	beside native
	[ $end = agent ] || kill -KILL "$(query eth0 .agent.pid)"
	xe detach eth0
	equal "our programs" 0 "$(our_programs)"
	equal "the others" "$others" "$(program_ids 'xdpfilt|xdp_pass')"
	equal "pins and files" "" "$(pins_and_files "$LAB-host")"
done

say "the others are in generic mode: so are we, and they stay where they are"
unload --all
filter load eth0 -m skb
others=$(program_ids xdpfilt)
xe attach eth0 >/dev/null
beside generic
query eth0 .refusals.native | grep -q 'in generic mode, with programs of others' ||
	fail "native is refused with $(query eth0 .refusals.native)"
xe attach --mode afxdp eth0 >/dev/null
beside afxdp
xe attach --mode socket eth0 >/dev/null
equal "our programs" 0 "$(our_programs)"
equal "the others" "$others" "$(program_ids xdpfilt)"
refused_native() { xe attach --mode native eth0 2>&1 | grep -q 'in generic mode'; }
refused_native || fail "native is not refused"
xe detach eth0
filter unload eth0
others=''
untouched "after detach"

say "taken off, alone or with the rest: the agent has not the rights to put it back, and says so"
expected=0
filter load eth0 -m native
others=$(program_ids xdpfilt)
for whose in ours all; do
	xe attach --dispatcher eth0 >/dev/null
	beside native
	load_start client0 "${LAB_IPV4[0]}" -i $interval
	if [ $whose = ours ]; then unload -i "$(program_ids xdp_echo)"; else unload --all; fi
	eventually path_is socket || fail "the path is $(query eth0 .path)"
	query eth0 .reason | grep -q 'attach again' || fail "the reason is $(query eth0 .reason)"
	answered client0 "${LAB_IPV6[0]}"
	[ $whose = ours ] || others=''
	xe attach --dispatcher eth0 >/dev/null
	beside native
	load_stop
done
xe detach eth0
untouched "after detach"
