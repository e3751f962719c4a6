#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# demo.sh - a host with two uplinks, out of network namespaces: both NICs attached, both pinged, the
# wire watched. `make demo` builds and runs it. It removes all that it made, also on Ctrl-C.
set -eu -o pipefail

ROOT=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source-path=SCRIPTDIR source=lab.sh
. "$ROOT/scripts/lab.sh"

LAB=demo$$
XDP_ECHO=$ROOT/build/xdp-echo
PING=$ROOT/scripts/ping.py
TMP=$(mktemp -d)

bold='' dim='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ] && [ "${TERM:-dumb}" != dumb ]; then
	bold=$'\e[1m' dim=$'\e[2m' plain=$'\e[0m'
fi

end() {
	local status=$?

	exec >&3 2>&4 # the trap may find those of the command that it interrupted
	trap - EXIT
	trap '' INT TERM HUP
	"$XDP_ECHO" --netns "$LAB-host" detach --all >/dev/null 2>&1 || :
	lab_down 2>/dev/null
	rm -rf "$TMP"
	case $status in
	0) ;;
	130 | 143) printf '\ninterrupted; everything is removed again\n' ;;
	*) printf '\nthe demo failed; everything is removed again\n' >&2 ;;
	esac
	exit "$status"
}
exec 3>&1 4>&2
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

die() {
	echo "demo: $*" >&2
	exit 1
}

title() { printf '\n%s%s%s\n\n' "$bold" "$*" "$plain"; }
text() { printf '  %s\n' "$@"; }
indent() { sed 's/^/  /'; }

# Shows a command of ours, and runs it in the host.
show() {
	printf '  %s$ xdp-echo --netns %s %s%s\n' "$dim" "$LAB-host" "$*" "$plain"
	"$XDP_ECHO" --netns "$LAB-host" "$@" 2>&1 | indent
}

# ping CLIENT N ADDRESS: three pings, one line. ping.py fails unless each has the right reply.
ping() {
	lab_client "$1" "$PING" -i 0.05 "$3" >"$TMP/ping" 2>&1 || die "$(tail -1 "$TMP/ping")"
	awk -v way="client$1 > eth$2" '
		/^reply/ { from = $3; replies++; split($7, ttl, "=") }
		/median/ { split($0, part, "median/max "); split(part[2], time, "/") }
		END {
			printf "  %s   %s replies from %-13s", way, replies, from
			printf "  ttl %s   %s ms\n", ttl[2], time[2]
		}
	' "$TMP/ping"
}

ping_all() {
	local client n

	for n in 0 1; do
		for client in 0 1; do
			ping $client $n "${LAB_IPV4[n]}"
			ping $client $n "${LAB_IPV6[n]}"
		done
	done
}

# The far end of eth$1 sees every frame that enters or leaves the NIC, whatever XDP does with it.
watch() {
	nsenter --net="/run/netns/$LAB-isp$1" \
		tcpdump -i uplink -n -U --immediate-mode -w "$TMP/eth$1" udp 2>"$TMP/tcpdump$1" &
	WATCHERS[$1]=$!
	until grep -q 'listening on' "$TMP/tcpdump$1"; do
		kill -0 "${WATCHERS[$1]}" || die "tcpdump: $(cat "$TMP/tcpdump$1")"
		sleep 0.02
	done
}

read_wire() { tcpdump -n -e -t -r "$TMP/eth$1" "${@:2}" 2>/dev/null; }
count_wire() { read_wire "$@" | wc -l; }

# Says when eth$1's capture holds as many replies as were sent, and ends it.
unwatch() {
	local tries=100

	until [ "$(count_wire "$1" udp src port 7)" -ge 12 ] || [ $((tries -= 1)) -eq 0 ]; do
		sleep 0.02
	done
	kill "${WATCHERS[$1]}"
	wait "${WATCHERS[$1]}" || :
}

# One ping to an address of eth$1 and its reply, as tcpdump has them: MACs, addresses and ports.
exchange() {
	read_wire "$1" host "$2" | head -2 |
		sed -E "s/^/  eth$1  /; s/, ethertype [^:]*:/  /; s/: (\[[^]]*\] )?UDP.*//"
}

# Every request on the wire of eth$1 has its reply there, and every reply the probed address.
verdict() {
	local ours="(src host ${LAB_IPV4[$1]} or src host ${LAB_IPV6[$1]}) and ether src ${LAB_MAC[$1]}"
	local requests replies right

	requests=$(count_wire "$1" udp dst port 7)
	replies=$(count_wire "$1" udp src port 7)
	right=$(count_wire "$1" "udp src port 7 and $ours")
	text "eth$1: $requests requests, $replies replies, $right from eth$1's own MAC and addresses"
	if [ "$replies" -ne "$requests" ] || [ "$right" -ne "$requests" ] || [ "$right" -eq 0 ]; then
		die "eth$1 did not answer every ping rightly"
	fi
}

# UDP datagrams that the host's own stack, and so any process of it, received, over both families.
datagrams_in_stack() {
	# shellcheck disable=SC2016 # awk's own variables
	lab_host awk '$1 == "Udp:" && $2 ~ /^[0-9]/ { n += $2 } $1 == "Udp6InDatagrams" { n += $2 }
		END { print n }' /proc/net/snmp /proc/net/snmp6
}

# What most echo services are: one UDP socket on every address, and the reply by the routing table.
start_plain_echo() {
	nsenter --net="/run/netns/$LAB-host" /usr/bin/python3 -c '
import socket
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.bind(("", 7))
print("ready", flush=True)
while True:
    sock.sendto(*sock.recvfrom(65536))
' >"$TMP/plain" &
	PLAIN=$!
	until [ -s "$TMP/plain" ]; do
		kill -0 $PLAIN || die "the plain echo service does not start"
		sleep 0.02
	done
}

WATCHERS=()
[ "$(id -u)" -eq 0 ] || die "makes network namespaces: run it as root"
[ -x "$XDP_ECHO" ] || die "$XDP_ECHO is missing; run: make"

title "A host with two uplinks, and a client behind each"
lab_up
lab_show

title "The trouble: a plain UDP echo service answers from one address only"
start_plain_echo
text "client0 pings eth1's address, and the reply comes from eth0's:" ""
lab_client 0 "$PING" -c 1 -W 0.2 "${LAB_IPV4[1]}" >"$TMP/ping" 2>&1 || :
indent <"$TMP/ping"
kill $PLAIN
wait $PLAIN 2>/dev/null || :

title "xdp-echo on both NICs"
show attach eth0 eth1

title "Both clients ping both NICs, over IPv4 and IPv6"
before=$(datagrams_in_stack)
watch 0
watch 1
ping_all
unwatch 0
unwatch 1

title "What tcpdump saw on the wire of each NIC: a ping and its reply, MACs and addresses"
for n in 0 1; do
	exchange $n "${LAB_IPV4[n]}"
	exchange $n "${LAB_IPV6[n]}"
	echo
done
verdict 0
verdict 1

title "No process of the host took part"
agents=$("$XDP_ECHO" --netns "$LAB-host" --json status | sed -n 's/.*"pid": \([0-9]*\).*/\1/p')
# shellcheck disable=SC2086 # a list of words
kill -STOP $agents
text "the agents are stopped (kill -STOP ${agents//$'\n'/ }), and pings are answered as before:" ""
ping 0 0 "${LAB_IPV4[0]}"
ping 0 1 "${LAB_IPV6[1]}"
# shellcheck disable=SC2086
kill -CONT $agents
after=$(datagrams_in_stack)
text "" "UDP datagrams that reached the host's own stack: $((after - before))"
[ "$after" -eq "$before" ] || die "some pings took the way through the stack"

title "Status and counters"
show status
echo
show stats

title "Detached: nothing is left"
show detach eth0 eth1
show status
if ip -n "$LAB-host" -d link show | grep -q prog/xdp; then die "an XDP program is left"; fi
[ -z "$(ip netns pids "$LAB-host")" ] || die "a process is left"
echo
