#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A kernel that is locked down for its integrity, as with Secure Boot, answers as any other.
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

mountpoint -q /sys/kernel/security || mount -t securityfs security /sys/kernel/security
grep -q '\[integrity\]' /sys/kernel/security/lockdown ||
	fail "not locked down: $(cat /sys/kernel/security/lockdown)"
new_cables virtio-net-1-queue
for mode in native generic afxdp socket; do
	attach_eth0 virtio-net --mode $mode
	answers eth0 0 $mode
	detach_eth0 virtio-net
done
