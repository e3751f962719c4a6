#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# scripts/vm.sh: its exit status tells a command that failed from one that had no time to end, from
# a guest that died, from one that never booted; what a guest writes is gone; nothing is left of it.
# shellcheck source-path=SCRIPTDIR source=../../netns/lib.sh
. "$(dirname "$0")/../../netns/lib.sh"

[ -n "${XE_VM_KERNEL:-}" ] || skip "boots virtual machines; run: make check-vm"
export TMPDIR=$TMP # where vm.sh keeps what it shares with the guest

vm() { "$ROOT/scripts/vm.sh" -k "$XE_VM_KERNEL" "$@" >"$TMP/out" 2>&1; }

# ends_with STATUS PATTERN ARGUMENTS OF vm.sh...
ends_with() {
	local status=0 expected=$1 pattern=$2

	shift 2
	vm "$@" || status=$?
	equal "status of '$*' ($(cat "$TMP/out"))" "$expected" "$status"
	grep -q -- "$pattern" "$TMP/out" || fail "'$*' said '$(cat "$TMP/out")', not '$pattern'"
	equal "left behind by '$*'" "" "$(find "$TMP" -name "xdp-echo-vm.*")"
}

say "a command's own status, its output, and where it has run"
mkdir "$TMP/shared"
# shellcheck disable=SC2016 # the guest's shell is to expand it
ends_with 3 "^$XE_VM_KERNEL\\." -w "$TMP/shared" -- sh -c '
	echo gone >/etc/xdp-echo-test && cat /etc/xdp-echo-test && echo stays >"$1/file"
	uname -r
	exit 3' sh "$TMP/shared"
equal "what a guest wrote where it may" stays "$(cat "$TMP/shared/file")"
[ ! -e /etc/xdp-echo-test ] || fail "a guest wrote into the host's root"

say "a command that does not end"
ends_with 124 'did not end within 1 s' -t 1 -- sleep 100

say "a guest that dies"
ends_with 126 'the guest died' -- sh -c 'echo c >/proc/sysrq-trigger'

say "a kernel that does not boot: no root, and none that apt knows"
ends_with 125 'did not boot' -a rdinit=/none -- true
ends_with 125 'no kernel' -k 6.1.0-0-amd64 -- true

say "interrupted, it takes its guest with it"
"$ROOT/scripts/vm.sh" -k "$XE_VM_KERNEL" -w "$TMP/shared" -- \
	sh -c "echo up >$TMP/shared/up; sleep 100" >"$TMP/out" 2>&1 &
pid=$!
CHILDREN+=("$pid")
eventually [ -s "$TMP/shared/up" ] || fail "the guest does not come up: $(cat "$TMP/out")"
guest=$(pgrep -P $pid qemu)
kill $pid
status=0
wait "$pid" || status=$?
equal "status when interrupted" 143 $status
eventually [ ! -e "/proc/$guest" ] || fail "QEMU is still there"
equal "left behind" "" "$(find "$TMP" -name "xdp-echo-vm.*")"
