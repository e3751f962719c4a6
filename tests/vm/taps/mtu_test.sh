#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# An MTU above what native XDP takes in one page: native where the driver takes frames in several
# buffers, and else generic, for a reason that names the MTU.
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

CARD=virtio-net-1-queue

new_cables $CARD
for node in host far; do ip -n "$LAB-$node" link set eth0 mtu 9000; done
xe attach eth0 >/dev/null
if kernel_has 6.3; then
	equal "path" native "$(query eth0 .path)"
else
	equal "path" generic "$(query eth0 .path)"
	query eth0 .reason | grep -Eq 'native: .*MTU' || fail "the reason: $(query eth0 .reason)"
fi
say "MTU 9000: $(query eth0 .path), $(query eth0 .reason)"
answers eth0 0 "$(query eth0 .path)"
both_families 0 -s 8000
detach_eth0 $CARD
