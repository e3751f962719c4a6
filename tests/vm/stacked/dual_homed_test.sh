#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Two uplinks on different cards, attached at once: each answers by its own best path.
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

new_cables virtio-net e1000e
xe attach eth0 eth1 >/dev/null
equal "path of eth0" native "$(query eth0 .path)"
equal "path of eth1" generic "$(query eth1 .path)"
answers eth0 0 native
answers eth1 1 generic
xe detach eth0
answers eth1 1 generic
xe detach eth1
untouched "after detaching both"
