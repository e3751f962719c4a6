#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Where others may write, nothing of theirs is followed or used: a bpffs that everybody may write to,
# as the kernel mounts it by default, and links in the place of directories and files.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
as_after_boot "$@"

mount -t bpf -o mode=1777 bpf "$BPFFS"
elsewhere=$TMP/elsewhere
mkdir -m 0777 "$elsewhere" "$BPFFS/elsewhere"
as_nobody() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
chmod 0755 "$TMP"

# refuses WHAT PATH COMMAND...: nothing is done while the thing is at that path, and nothing in it.
refuses() {
	local command

	for command in "attach eth0" "attach --mode socket eth0" "status" "detach --all"; do
		# shellcheck disable=SC2086 # a list of words
		if xe $command >/dev/null 2>"$TMP/err"; then fail "$1: '$command' went on"; fi
		grep -q "$2 is not a directory that root alone may write to" "$TMP/err" ||
			fail "$1: '$command' said: $(cat "$TMP/err")"
	done
	equal "in $1" "" "$(find "$elsewhere" "$BPFFS/elsewhere" -mindepth 1)"
	equal "processes" "" "$(ip netns pids "$LAB-host")"
	rm -d "$2"
}

as_nobody ln -s "$BPFFS/elsewhere" "$BPFFS/xdp-echo"
refuses "a link to a directory in bpffs" "$BPFFS/xdp-echo"
as_nobody mkdir "$BPFFS/xdp-echo"
refuses "somebody else's directory in bpffs" "$BPFFS/xdp-echo"
mkdir -m 0777 "$BPFFS/xdp-echo"
refuses "a directory in bpffs that all may write to" "$BPFFS/xdp-echo"
ln -s "$elsewhere" /run/xdp-echo
refuses "a link in /run" /run/xdp-echo

# links in the place of files
run=/run/xdp-echo/netns:$LAB-host/eth0
for name in agent state; do
	(umask 077 && mkdir -p "$run")
	ln -s "$elsewhere/$name" "$run/$name"
	xe attach --mode socket eth0 >/dev/null 2>"$TMP/err" && fail "attach went on"
	grep -q 'Too many levels of symbolic links' "$TMP/err" || fail "attach said: $(cat "$TMP/err")"
	equal "followed" "" "$(find "$elsewhere" -mindepth 1)"
	xe detach eth0 >/dev/null 2>&1 || :
	[ ! -L "$run/$name" ] || fail "detach leaves the link to $name"
done
xe attach eth0 >/dev/null
answered client0 "${LAB_IPV4[0]}"
xe detach --all
