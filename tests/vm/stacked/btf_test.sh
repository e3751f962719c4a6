#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A kernel whose type information cannot be read: nothing that XDP needs depends on it.
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

hide_btf() { unshare --mount sh -eu -c 'mount -t tmpfs none /sys/kernel/btf; exec "$@"' sh "$@"; }

new_cables virtio-net
[ -e /sys/kernel/btf/vmlinux ] || fail "this kernel has no BTF; nothing to hide"
hide_btf "$XDP_ECHO" --netns "$LAB-host" attach eth0 >/dev/null
equal "path of eth0" native "$(query eth0 .path)"
answers eth0 0 native
detach_eth0 virtio-net
