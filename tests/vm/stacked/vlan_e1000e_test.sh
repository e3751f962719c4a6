#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# e1000e takes VLAN tags out of frames, unless told not to; then XDP does not see the VLAN, and the
# socket path answers.
# shellcheck source-path=SCRIPTDIR source=vlan.sh
. "$(dirname "$0")/vlan.sh"

vlan_host e1000e
hardware_tag on
on_its_vlan e1000e generic socket "taken out"
on_its_vlan e1000e socket socket "taken out"
hardware_tag off
on_its_vlan e1000e generic generic "in the frame"
