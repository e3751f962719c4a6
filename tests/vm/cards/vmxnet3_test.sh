#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# vmxnet3: its driver learnt native XDP between the two kernels.
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

new_cables vmxnet3
if kernel_has 6.6; then
	auto_picks vmxnet3 native
	works_in vmxnet3 generic
else
	auto_picks vmxnet3 generic 'native: .*not supported'
	refuses vmxnet3 native 'native: .*not supported'
fi
for mode in afxdp socket; do works_in vmxnet3 $mode; done
