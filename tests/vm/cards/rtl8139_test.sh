#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# rtl8139: its driver has no native XDP.
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

new_cables rtl8139
auto_picks rtl8139 generic 'native: .*not supported'
refuses rtl8139 native 'native: .*not supported'
for mode in afxdp socket; do works_in rtl8139 $mode; done
