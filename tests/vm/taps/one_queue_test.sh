#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# virtio-net with fewer queues than CPUs: native XDP shares the one there is.
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

CARD=virtio-net-1-queue

new_cables $CARD
[ "$(nproc)" -ge 2 ] || fail "this machine has one CPU"
auto_picks $CARD native
for mode in generic afxdp socket; do works_in $CARD $mode; done
