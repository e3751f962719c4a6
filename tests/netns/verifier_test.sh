#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# verifier_test.sh - a program that the verifier rejects: its words are given, nothing stays, and
# auto goes on to sockets. Without CAP_PERFMON it does reject ours, for its packet arithmetic.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

new_lab

# poor ARGUMENTS: the command, in the host, without the capability
poor() {
	lab_host setpriv --bounding-set=-perfmon,-sys_admin "$XDP_ECHO" "$@"
}

say "mode native: one line with the verifier's words"
status=0
poor attach --mode native eth0 >"$TMP/out" 2>"$TMP/err" || status=$?
equal "exit status" 1 "$status"
equal "lines on stderr" 1 "$(wc -l <"$TMP/err")"
grep -q 'eth0: native: .*pointer -= pointer prohibited.*CAP_PERFMON' "$TMP/err" ||
	fail "said: $(cat "$TMP/err")"
untouched "after a rejected program"

say "mode auto: sockets answer, and every refusal is kept"
poor attach eth0 >/dev/null
equal "path" socket "$(query eth0 .path)"
for path in native generic afxdp; do
	query eth0 ".refusals.$path" | grep -q 'prohibited' || fail "no refusal of $path"
done
answered client0 "${LAB_IPV4[0]}" -c 3
answered client0 "${LAB_IPV6[0]}" -c 3
xe detach eth0
untouched "after detach"
