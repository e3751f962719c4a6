#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Without privilege nothing happens, and the error says which one is missing.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
new_lab

# The tree may be closed to others: run a copy.
install -m 0755 "$XDP_ECHO" "$TMP/xdp-echo"
chmod 0755 "$TMP"

# as_nobody STATUS PATTERN COMMAND...
as_nobody() {
	local status=0 expected=$1 pattern=$2

	shift 2
	lab_host setpriv --reuid 65534 --regid 65534 --clear-groups --no-new-privs \
		"$TMP/xdp-echo" "$@" >"$TMP/out" 2>"$TMP/err" || status=$?
	equal "exit status of '$*'" "$expected" "$status"
	equal "lines on stderr of '$*'" 1 "$(wc -l <"$TMP/err")"
	grep -Eqi -- "$pattern" "$TMP/err" || fail "'$*' said '$(cat "$TMP/err")', not '$pattern'"
}

as_nobody 1 'root|privilege|permi|capab' attach eth0
as_nobody 1 'root|privilege|permi|capab' attach --mode generic eth0 eth1
untouched "after attach without privilege"

xe attach eth0
as_nobody 1 'root|privilege|permi|capab' detach --all
as_nobody 1 'root|privilege|permi|capab' attach --port 9 eth0
equal "ports" '[7]' "$(query eth0 '.ports | tostring')"
answered client0 "${LAB_IPV4[0]}"

# the agent keeps no privilege that it does not need, and its files are root's alone
pid=$(query eth0 .agent.pid)
capabilities=$((16#$(sed -n 's/^CapEff:\t//p' "/proc/$pid/status")))
for unneeded in 0 1 2 3 4 5 6 7 8 16 18 19 21 22 23 25 27; do
	equal "capability $unneeded of the agent" 0 $((capabilities >> unneeded & 1))
done
pins_and_files "$LAB-host" | while read -r path; do
	[ -z "$(find "$path" -maxdepth 0 \( -perm /077 -o ! -user root \))" ] ||
		fail "others may use $path"
done

# nor any system call: every thread is filtered
for mode in native socket; do
	xe attach --mode $mode eth0 >/dev/null
	pid=$(query eth0 .agent.pid)
	equal "seccomp in status ($mode)" true "$(query eth0 .agent.seccomp)"
	xe status eth0 | grep -q 'agent .*; system calls filtered$' || fail "status: $(xe status eth0)"
	for thread in "/proc/$pid/task"/*; do
		equal "seccomp of a thread ($mode)" 2 "$(sed -n 's/^Seccomp:\t//p' "$thread/status")"
	done
done
