#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Where bpffs is not mounted, attach mounts it and says so; of two at once, one.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
as_after_boot "$@"

# a failure and a look mount nothing
refused 1 nosuch0 attach nosuch0
xe status >/dev/null
mountpoint -q "$BPFFS" && fail "status or a failed attach has mounted bpffs"

for n in 0 1; do
	"$XDP_ECHO" --netns "$LAB-host" attach eth$n >"$TMP/said$n" 2>&1 &
	CHILDREN[n]=$!
done
for n in 0 1; do
	wait "${CHILDREN[n]}" || fail "attach without bpffs: $(cat "$TMP/said0" "$TMP/said1")"
done
equal "mounts of bpffs" 1 "$(grep -c " $BPFFS bpf " /proc/mounts)"
equal "times that it was said" 1 "$(cat "$TMP/said0" "$TMP/said1" | grep -c "mounted it at $BPFFS")"
for n in 0 1; do answered client0 "${LAB_IPV4[n]}"; done
equal "interfaces in status" 2 "$(xe --json status | jq '.interfaces | length')"
xe detach --all
untouched "after detach"
