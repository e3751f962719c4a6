#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Mode afxdp on several queues: each answers; queues that come later are bound, queues that have a
# socket cannot be taken away; and nothing is lost meanwhile.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
LAB_QUEUES=4
new_lab

# The gateway's own pings, $1 of each family from as many source ports, so that its uplink spreads
# them over its queues: every one must be answered.
flows() {
	lab_isp 0 /usr/bin/python3 - "$1" "${LAB_IPV4[0]}" "${LAB_IPV6[0]}" <<-'END' || fail "a flow is not answered"
		import socket, sys
		for address in sys.argv[2:]:
		    family = socket.AF_INET6 if ":" in address else socket.AF_INET
		    for port in range(20001, 20001 + int(sys.argv[1])):
		        with socket.socket(family, socket.SOCK_DGRAM) as sock:
		            sock.bind(("", port))
		            sock.settimeout(5)
		            sock.sendto(b"%d" % port, (address, 7))
		            assert sock.recvfrom(100)[0] == b"%d" % port
	END
}

# How many packets of queue $1 were redirected to a socket.
redirected() { lab_host ethtool -S eth0 | sed -n "s/ *rx_queue_$1_xdp_redirect: //p"; }

detail() { query eth0 .detail; }
queues_are() { detail | grep -q "^over native XDP, $1 queue"; }

xe attach --mode afxdp eth0
equal "detail" "over native XDP, 4 queues, copy mode" "$(detail)"
flows 24
for queue in 0 1 2 3; do
	[ "$(redirected $queue)" -gt 0 ] || fail "queue $queue was not used"
done
equal "replies" 48 "$(counter eth0 replies)"
equal "passed for want of a socket" 0 "$(counter eth0 passed.redirect)"

# a queue with a socket is not the driver's to take away
(lab_host ethtool -L eth0 rx 2 2>"$TMP/err") && fail "ethtool took bound queues away"
flows 4
equal "replies" 56 "$(counter eth0 replies)"

# attach binds what there is, and follows what comes
xe detach eth0
lab_host ethtool -L eth0 rx 1 tx 4
lab_isp 0 ethtool -L uplink tx 1
xe attach --mode afxdp eth0
equal "detail" "over native XDP, 1 queue, copy mode" "$(detail)"
# veth takes the carrier away while the number changes, and what is sent then is lost
lab_host ethtool -L eth0 rx 4
lab_isp 0 ethtool -L uplink tx 4
load_start client0 "${LAB_IPV4[0]}"
eventually queues_are 4 || fail "the new queues have no socket: $(detail)"
flows 24
load_stop
for queue in 0 1 2 3; do
	[ "$(redirected $queue)" -gt 0 ] || fail "queue $queue was not used after ethtool -L"
done
equal "replies" $((LOAD_SENT + 48)) "$(counter eth0 replies)"
equal "requests" $((LOAD_SENT + 48)) "$(counter eth0 requests)"

# fewer transmit queues than receive queues: a reply could not leave by the queue it came from
xe detach eth0
lab_host ethtool -L eth0 tx 2
refused 1 'afxdp over native XDP: eth0 has 4 receive queues and 2 transmit queues.*ethtool -L eth0' \
	attach --mode afxdp eth0
