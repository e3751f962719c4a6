#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The link goes down and comes back, and so do the answers.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
new_lab

xe attach eth0
answered client0 "${LAB_IPV4[0]}"
ip -n "$LAB-host" link set eth0 down
silent client0 "${LAB_IPV4[0]}"
# the kernel drops the routes and the IPv6 addresses of a link that is down
lab_ip host <<-END
	link set eth0 up
	addr replace ${LAB_IPV6[0]}/64 dev eth0 nodad
END
eventually is_answered client0 "${LAB_IPV4[0]}" || fail "IPv4 is not answered after link up"
eventually is_answered client0 "${LAB_IPV6[0]}" || fail "IPv6 is not answered after link up"
answered client0 "${LAB_IPV6[0]}" -c 20
