#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# No ping is lost when an agent takes over from another in mode socket, when the mode changes, or when
# somebody takes the XDP program off: the sockets beneath it answer. Every ping counts once.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
new_lab
# No rate: on a busy machine the pings of seconds may arrive at once.

# load CLIENT ADDRESS: 250 pings a second, from now until load_ends; each from its own client.
load() {
	background "$1" "$PING" -c 0 -i 0.004 "$2" >"$TMP/load.$1"
	eval "LOAD_$1=$BACKGROUND"
	eventually grep -q reply "$TMP/load.$1" || fail "no reply to $1"
}

# load_ends CLIENT: none was lost. Adds to $SENT.
load_ends() {
	local pid=LOAD_$1

	kill "${!pid}"
	wait "${!pid}" || fail "$1: $(tail -1 "$TMP/load.$1")"
	SENT=$((SENT + $(sed -n 's/.*: \([0-9]*\) sent.*/\1/p' "$TMP/load.$1")))
}

under_load() {
	SENT=0
	load client0 "${LAB_IPV4[0]}"
	load client1 "${LAB_IPV6[0]}"
	"$@"
	load_ends client0
	load_ends client1
}

attach_again() {
	for port in 8001 8002 8003 8004 8005; do
		xe attach --rate 0 --mode socket --port "7,$port" eth0 >/dev/null
	done
}

change_modes() {
	for mode in native socket generic native generic socket auto; do
		xe attach --rate 0 --mode $mode eth0 >/dev/null
	done
}

# What the kernel did not tell anybody is noticed later, so the sockets have some pings to answer.
take_program_off() {
	lab_host bpftool link detach pinned "$(find "$BPFFS/xdp-echo" -path "*$LAB-host*" -name link)"
	equal "program on eth0" "" "$(ip -n "$LAB-host" -o link show eth0 | grep -o 'prog/xdp.*' || :)"
	sleep 0.3
}

xe attach --rate 0 --mode socket eth0 >/dev/null
under_load attach_again
equal "requests while agents change" "$SENT" "$(counter eth0 requests)"
equal "replies while agents change" "$SENT" "$(counter eth0 replies)"
xe detach eth0

xe attach --rate 0 --mode socket eth0 >/dev/null
under_load change_modes
equal "replies while modes change" "$SENT" "$(counter eth0 replies)"

equal "path" native "$(query eth0 .path)"
under_load take_program_off

say "a failed attach under load: the earlier settings go on"
background host /usr/bin/python3 -c "
import socket, time
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.bind(('', 9000))
time.sleep(60)
"
eventually lab_host ss -Huan 'sport = :9000' >/dev/null
attach_fails() {
	for mode in socket native auto; do
		xe attach --rate 0 --mode $mode --port 7,9000 eth0 >/dev/null 2>&1 && fail "port 9000 is taken"
		xe attach --rate 0 --mode $mode eth0 nosuch >/dev/null 2>&1 && fail "there is no such interface"
	done
	:
}
xe attach --rate 0 --mode socket eth0 >/dev/null
under_load attach_fails

xe detach --all
equal "sockets left" 1 "$(lab_host ss -Huan | wc -l)" # the other program's
