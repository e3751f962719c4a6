#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# e1000e: its driver has no native XDP.
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

new_cables e1000e
auto_picks e1000e generic 'native: .*not supported'
refuses e1000e native 'native: .*not supported'
for mode in afxdp socket; do works_in e1000e $mode; done
