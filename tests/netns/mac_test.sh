#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A changed MAC address is followed: frames to the new one are answered, from it.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
new_lab

xe attach eth0
answered client0 "${LAB_IPV4[0]}"
LAB_MAC[0]=02:00:00:00:00:77
ip -n "$LAB-host" link set eth0 address "${LAB_MAC[0]}"
ip -n "$LAB-isp0" neigh flush all
eventually is_answered client0 "${LAB_IPV4[0]}" || fail "not answered after the MAC changed"
capture_start 0
answered client0 "${LAB_IPV4[0]}" -c 10
answered client0 "${LAB_IPV6[0]}" -c 10
capture_stop 0
judged 0 --port 7
equal "answered on the wire" 20 "$(jq .answered "$TMP/judged")"
