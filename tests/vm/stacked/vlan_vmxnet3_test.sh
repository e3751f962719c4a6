#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# vmxnet3 takes VLAN tags out of frames, in native mode too: the socket path answers.
# shellcheck source-path=SCRIPTDIR source=vlan.sh
. "$(dirname "$0")/vlan.sh"

vlan_host vmxnet3
hardware_tag on
if kernel_has 6.6; then on_its_vlan vmxnet3 native socket "taken out"; fi
on_its_vlan vmxnet3 generic socket "taken out"
