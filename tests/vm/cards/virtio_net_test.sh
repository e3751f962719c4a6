#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# virtio-net with one queue: native XDP.
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

new_cables virtio-net
auto_picks virtio-net native
for mode in generic afxdp socket; do works_in virtio-net $mode; done
