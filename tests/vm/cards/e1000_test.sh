#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# e1000: its driver has no native XDP.
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

new_cables e1000
auto_picks e1000 generic 'native: .*not supported'
refuses e1000 native 'native: .*not supported'
for mode in afxdp socket; do works_in e1000 $mode; done
