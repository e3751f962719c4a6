#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Where bpffs is not mounted, attach mounts it and says so; of two at once, one.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
new_lab

# As on a machine that has just booted: no bpffs, no pins or files of others, and a process 1 that
# sees the same. All of it ends with this test.
cat >"$TMP/inside" <<-'END'
	set -eu
	. "$ROOT/scripts/lab.sh"
	fail() { echo "FAIL: $*" >&2; exit 1; }
	mount -t tmpfs tmpfs /run/xdp-echo 2>/dev/null || { mkdir /run/xdp-echo; mount -t tmpfs tmpfs /run/xdp-echo; }
	while mountpoint -q /sys/fs/bpf; do umount /sys/fs/bpf; done
	xe() { "$XDP_ECHO" --netns "$LAB-host" "$@"; }
	trap 'xe detach --all' EXIT

	# a failure and a look mount nothing
	xe attach nosuch0 2>/dev/null && fail "attach to no interface succeeds"
	xe status >/dev/null
	mountpoint -q /sys/fs/bpf && fail "status or a failed attach has mounted bpffs"

	xe attach eth0 >"$TMP/one" 2>&1 &
	xe attach eth1 >"$TMP/two" 2>&1 &
	wait %1 && wait %2 || fail "attach without bpffs: $(cat "$TMP/one" "$TMP/two")"
	[ "$(grep -c ' /sys/fs/bpf bpf ' /proc/mounts)" = 1 ] || fail "not mounted once: $(cat /proc/mounts)"
	[ "$(cat "$TMP/one" "$TMP/two" | grep -c 'mounted.*/sys/fs/bpf')" = 1 ] ||
		fail "mounted and not said so, once: $(cat "$TMP/one" "$TMP/two")"
	for n in 0 1; do
		lab_client 0 "$ROOT/scripts/ping.py" -q -i 0.01 "${LAB_IPV4[n]}" || fail "eth$n does not answer"
	done
	[ "$(xe --json status | jq '.interfaces | length')" = 2 ] || fail "status does not show both"
	xe detach --all
	xe --json status | jq -e '.interfaces == []' >/dev/null || fail "detach left something"
END
export ROOT LAB TMP XDP_ECHO
unshare --mount --propagation private --pid --fork --mount-proc bash "$TMP/inside"
equal "processes" "" "$(ip netns pids "$LAB-host")"
