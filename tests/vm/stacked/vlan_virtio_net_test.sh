#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# virtio-net leaves VLAN tags in the frame: every path answers.
# shellcheck source-path=SCRIPTDIR source=vlan.sh
. "$(dirname "$0")/vlan.sh"

vlan_host virtio-net
for mode in native generic afxdp socket; do on_its_vlan virtio-net $mode $mode "in the frame"; done
