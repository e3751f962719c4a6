#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# lab.sh - a dual-homed host made of network namespaces: for the demo, the tests, and to play with.
#
#   scripts/lab.sh up NAME                 build the lab
#   scripts/lab.sh run NAME NODE CMD...    run a command in one of its nodes
#   scripts/lab.sh show                    draw it
#   scripts/lab.sh down NAME               remove it, and whatever still runs in it
#
# Or source it, set LAB to a name of your own, and call lab_up, lab_run, lab_down.
#
# The nodes are host, isp0, isp1, client0 and client1, each a namespace called NAME-NODE. An ISP
# forwards only what comes from the addresses that it gave out (BCP 38): a reply that leaves by the
# wrong uplink is lost here, as it is on the Internet.
set -eu

LAB=${LAB:-xdp-echo}        # prefix of the namespaces' names
LAB_MTU=${LAB_MTU:-1500}    # of the uplinks, both ends
LAB_QUEUES=${LAB_QUEUES:-1} # receive and transmit queues of each end of an uplink
LAB_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
LAB_PASS=${LAB_PASS:-$LAB_ROOT/build/bpf/xdp_pass.bpf.o}

LAB_NODES=(host isp0 isp1 client0 client1)

# Uplink N: eth$N of the host (.2), its gateway `uplink` in isp$N (.1). The last four bytes of a MAC
# are the IPv4 address.
LAB_IPV4=(192.0.2.2 198.51.100.2)
LAB_IPV6=(2001:db8:a::2 2001:db8:b::2)
LAB_MAC=(02:00:c0:00:02:02 02:00:c6:33:64:02)
LAB_GATEWAY_IPV4=(192.0.2.1 198.51.100.1)
LAB_GATEWAY_IPV6=(2001:db8:a::1 2001:db8:b::1)
LAB_GATEWAY_MAC=(02:00:c0:00:02:01 02:00:c6:33:64:01)
LAB_SUBNET_IPV4=(192.0.2.0/24 198.51.100.0/24)
LAB_SUBNET_IPV6=(2001:db8:a::/64 2001:db8:b::/64)

# Client N: eth0 of client$N (.10), behind isp$N.
LAB_CLIENT_IPV4=(203.0.113.10 203.0.113.138)
LAB_CLIENT_IPV6=(2001:db8:c::10 2001:db8:d::10)
LAB_CLIENT_GATEWAY_IPV4=(203.0.113.1 203.0.113.129)
LAB_CLIENT_GATEWAY_IPV6=(2001:db8:c::1 2001:db8:d::1)
LAB_CLIENT_SUBNET_IPV4=(203.0.113.0/25 203.0.113.128/25)
LAB_CLIENT_SUBNET_IPV6=(2001:db8:c::/64 2001:db8:d::/64)

# Runs a command in a node. nsenter, and not ip netns exec, which hides bpffs: it remounts /sys.
lab_run() {
	local node=$1
	shift
	nsenter --net="/run/netns/$LAB-$node" "$@"
}

lab_host() { lab_run host "$@"; }
lab_isp() { lab_run "isp$1" "${@:2}"; }
lab_client() { lab_run "client$1" "${@:2}"; }

# Runs the ip commands of standard input in a node; further arguments are options of ip.
lab_ip() { ip -n "$LAB-$1" "${@:2}" -batch -; }

# Nothing here may take time or send frames of its own: no duplicate address detection, no router
# solicitation, multicast listener reports at once.
_lab_add_node() {
	ip netns add "$LAB-$1"
	# shellcheck disable=SC2016 # the inner shell's own variables
	lab_run "$1" sh -eu -c '
		cd /proc/sys/net
		for ipv6 in ipv6/conf/all ipv6/conf/default; do
			echo 0 >$ipv6/accept_dad
			echo 0 >$ipv6/router_solicitations
			echo 1 >$ipv6/mldv1_unsolicited_report_interval
			echo 1 >$ipv6/mldv2_unsolicited_report_interval
		done
		case $1 in isp*) echo 1 >ipv4/ip_forward; echo 1 >ipv6/conf/all/forwarding ;; esac
	' sh "$1"
	ip -n "$LAB-$1" link set lo up
}

# eth$N of the host, with policy routing: what has the uplink's address leaves by the uplink.
_lab_add_uplink() {
	local n=$1 table=$((101 + $1)) queues="numrxqueues $LAB_QUEUES numtxqueues $LAB_QUEUES"

	lab_ip host <<-END
		link add eth$n address ${LAB_MAC[n]} mtu $LAB_MTU $queues type veth \
			peer name uplink address ${LAB_GATEWAY_MAC[n]} mtu $LAB_MTU $queues netns $LAB-isp$n
		link set eth$n up
		addr add ${LAB_IPV4[n]}/24 brd + dev eth$n
		addr add ${LAB_IPV6[n]}/64 dev eth$n nodad
	END
	lab_ip "isp$n" <<-END
		link set uplink up
		addr add ${LAB_GATEWAY_IPV4[n]}/24 brd + dev uplink
		addr add ${LAB_GATEWAY_IPV6[n]}/64 dev uplink nodad
		rule add pref 10 iif uplink from ${LAB_SUBNET_IPV4[n]} table main
		rule add pref 11 iif uplink blackhole
	END
	lab_ip "isp$n" -6 <<-END
		rule add pref 10 iif uplink from ${LAB_SUBNET_IPV6[n]} table main
		rule add pref 11 iif uplink blackhole
	END
	lab_ip host <<-END
		rule add pref $table from ${LAB_IPV4[n]} table $table
		route add ${LAB_SUBNET_IPV4[n]} dev eth$n table $table
		route add ${LAB_SUBNET_IPV6[n]} dev eth$n table $table
		route add default via ${LAB_GATEWAY_IPV4[n]} dev eth$n table $table
		route add default via ${LAB_GATEWAY_IPV6[n]} dev eth$n table $table
		route add default via ${LAB_GATEWAY_IPV4[n]} dev eth$n metric $table
		route add default via ${LAB_GATEWAY_IPV6[n]} dev eth$n metric $table
	END
	ip -n "$LAB-host" -6 rule add pref "$table" from "${LAB_IPV6[n]}" table "$table"
	# A veth transmits from native XDP only when its peer has a native program too, and a frame
	# whose checksum was left to the hardware would be answered unfinished.
	lab_isp "$n" ethtool -K uplink tx off >/dev/null
	ip -n "$LAB-isp$n" link set dev uplink xdpdrv obj "$LAB_PASS" sec xdp.frags
}

_lab_add_client() {
	local n=$1

	lab_ip "client$n" <<-END
		link add eth0 type veth peer name client netns $LAB-isp$n
		link set eth0 up
		addr add ${LAB_CLIENT_IPV4[n]}/25 brd + dev eth0
		addr add ${LAB_CLIENT_IPV6[n]}/64 dev eth0 nodad
	END
	lab_ip "isp$n" <<-END
		link set client up
		addr add ${LAB_CLIENT_GATEWAY_IPV4[n]}/25 brd + dev client
		addr add ${LAB_CLIENT_GATEWAY_IPV6[n]}/64 dev client nodad
	END
	lab_ip "client$n" <<-END
		route add default via ${LAB_CLIENT_GATEWAY_IPV4[n]}
		route add default via ${LAB_CLIENT_GATEWAY_IPV6[n]}
	END
}

# The ISPs' link to each other, routed over its link-local addresses alone.
_lab_add_transit() {
	local n other

	ip -n "$LAB-isp0" link add transit type veth peer name transit netns "$LAB-isp1"
	for n in 0 1; do
		lab_ip "isp$n" <<-END
			link set transit up
			addr add fe80::$((n + 1))/64 dev transit nodad
		END
	done
	for n in 0 1; do
		other=$((1 - n))
		lab_ip "isp$n" <<-END
			route add ${LAB_SUBNET_IPV4[other]} via inet6 fe80::$((other + 1)) dev transit
			route add ${LAB_CLIENT_SUBNET_IPV4[other]} via inet6 fe80::$((other + 1)) dev transit
			route add ${LAB_SUBNET_IPV6[other]} via fe80::$((other + 1)) dev transit
			route add ${LAB_CLIENT_SUBNET_IPV6[other]} via fe80::$((other + 1)) dev transit
		END
	done
}

# Builds the lab. Whoever calls this has a trap that calls lab_down: it also removes half a lab.
lab_up() {
	local node

	if [ ! -e "$LAB_PASS" ]; then
		echo "$LAB_PASS is missing; run: make" >&2
		return 1
	fi
	for node in "${LAB_NODES[@]}"; do _lab_add_node "$node"; done
	_lab_add_uplink 0
	_lab_add_uplink 1
	_lab_add_client 0
	_lab_add_client 1
	_lab_add_transit
}

# Removes the lab and every process in it. May be called at any time, and again.
lab_down() {
	local node pids

	for node in "${LAB_NODES[@]}"; do
		[ -e "/run/netns/$LAB-$node" ] || continue
		pids=$(ip netns pids "$LAB-$node" 2>/dev/null || :)
		# shellcheck disable=SC2086 # a list of words
		[ -z "$pids" ] || kill -KILL $pids 2>/dev/null || :
		ip netns del "$LAB-$node" 2>/dev/null || :
	done
}

# Draws the lab: two columns of the same shape, and the host below.
lab_show() {
	_lab_row client0 client1
	_lab_row "   | ${LAB_CLIENT_IPV4[0]}" "   | ${LAB_CLIENT_IPV4[1]}"
	_lab_row "   | ${LAB_CLIENT_IPV6[0]}" "   | ${LAB_CLIENT_IPV6[1]}"
	_lab_row 'isp0 -------------------------------' ' isp1'
	_lab_row '   |' '   |'
	_lab_row "   | ${LAB_IPV4[0]}" "   | ${LAB_IPV4[1]}"
	_lab_row "   | ${LAB_IPV6[0]}" "   | ${LAB_IPV6[1]}"
	cat <<-'END'
		  +-eth0--------------------------------eth1----------------+
		  | host: what has an uplink's address leaves by that uplink|
		  +---------------------------------------------------------+
	END
}

_lab_row() { printf '   %-36s%s\n' "$1" "$2"; }

_lab_main() {
	local command=${1:-}

	case $command:$# in
	up:2)
		LAB=$2
		trap lab_down EXIT
		lab_up
		trap - EXIT
		;;
	run:[!0-3] | run:??*)
		LAB=$2
		lab_run "${@:3}"
		;;
	show:1) lab_show ;;
	down:2)
		LAB=$2
		lab_down
		;;
	*)
		sed -n 's/^#   /  /p' "$0" >&2
		return 2
		;;
	esac
}

[ "${BASH_SOURCE[0]}" != "$0" ] || _lab_main "$@"
