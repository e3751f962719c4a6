#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# virtio-net whose offloads cannot be turned off refuses native XDP, and says so.
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

CARD=virtio-net-fixed-offloads

new_cables $CARD
auto_picks $CARD generic 'native: .*(GRO_HW|LRO)'
refuses $CARD native 'native: .*(GRO_HW|LRO)'
works_in $CARD socket
# AF_XDP sees bytes alone, and not that the sender on the same hypervisor left a checksum to whoever
# needs it; from a wire, no such frame comes.
lab_run far ethtool -K eth0 tx off >/dev/null
works_in $CARD afxdp
