#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# attach --foreground says when it is ready, as systemd wants to hear it, and detaches when ended.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
new_lab

# Prints what arrives at a notification socket.
/usr/bin/python3 -u -c "
import socket
sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
sock.bind('$TMP/notify')
print('listening')
while True:
    print(sock.recv(4096).decode())
" >"$TMP/heard" &
CHILDREN+=($!)
eventually grep -qs listening "$TMP/heard" || fail "no notification socket"

for signal in TERM INT; do
	NOTIFY_SOCKET=$TMP/notify env --default-signal=INT "$XDP_ECHO" --netns "$LAB-host" \
		attach --foreground eth0 eth1 >"$TMP/out" 2>"$TMP/err" &
	command=$!
	CHILDREN+=("$command")
	eventually grep -q READY=1 "$TMP/heard" || fail "not ready: $(cat "$TMP/err" "$TMP/heard")"
	answered client0 "${LAB_IPV4[0]}"
	answered client0 "${LAB_IPV6[1]}"
	ip -n "$LAB-host" addr add 192.0.2.77/24 dev eth0
	eventually is_answered client0 192.0.2.77 || fail "the new address is not answered"
	ip -n "$LAB-host" addr del 192.0.2.77/24 dev eth0

	kill -$signal "$command"
	wait "$command" || fail "exit status $? after SIG$signal: $(cat "$TMP/err")"
	grep -q STOPPING=1 "$TMP/heard" || fail "does not say that it is stopping: $(cat "$TMP/heard")"
	untouched "after SIG$signal"
	: >"$TMP/heard"
done

# it fails as attach does
refused 1 'nosuch0' attach --foreground eth0 nosuch0
