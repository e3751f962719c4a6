#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A port that somebody else holds is an error that names the holder, before anything is attached, in
# every mode; so is a set of ports that there are not enough descriptors for.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
new_lab

# hold FAMILY PORT [DEVICE]: a program that has a port, and no SO_REUSEPORT.
hold() {
	background host /usr/bin/python3 -c "
import socket, sys, time
sock = socket.socket(socket.$1, socket.SOCK_DGRAM)
if len(sys.argv) > 1:
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, sys.argv[1].encode())
sock.bind(('', $2))
time.sleep(60)
" "${@:3}"
	eventually holds "$2" || fail "the other program does not start"
}

holds() { lab_host ss -Huan "sport = :$1" | grep -q .; }

release() {
	kill "$BACKGROUND"
	wait "$BACKGROUND" || :
}

# conflict FAMILY PORT WORDS ARGUMENTS...: attach fails, and says who holds the port.
conflict() {
	local status=0

	xe attach "${@:4}" >"$TMP/out" 2>"$TMP/err" || status=$?
	equal "exit status" 1 "$status"
	equal "lines on stderr" 1 "$(wc -l <"$TMP/err")"
	grep -q "eth[01]: UDP port $2 ($3) is in use by python3.* (pid $BACKGROUND)" "$TMP/err" ||
		fail "port $2 is held by pid $BACKGROUND: $(cat "$TMP/err")"
}

for mode in auto native socket; do
	hold AF_INET 7
	conflict AF_INET 7 IPv4 --mode $mode eth0
	conflict AF_INET 7 IPv4 --mode $mode --port 9000,7 eth1 eth0
	release
	equal "pins and files after a conflict" "" "$(pins_and_files "$LAB-host")"
	equal "processes after a conflict" "" "$(ip netns pids "$LAB-host")"
done
hold AF_INET6 7 # both families, as IPV6_V6ONLY is off
conflict AF_INET6 7 IPv4 eth0
release

say "a port on another device is nobody's conflict"
hold AF_INET 7 eth1
xe attach eth0 >/dev/null
conflict AF_INET 7 IPv4 eth1
release

say "an interface that is attached goes on as it was"
hold AF_INET 9000
agent=$(query eth0 .agent.pid)
conflict AF_INET 9000 IPv4 --port 9000 eth0
equal "agent" "$agent" "$(query eth0 .agent.pid)"
equal "ports" 7 "$(query eth0 '.ports | join(",")')"
answered client0 "${LAB_IPV4[0]}"
release
xe attach --port 7,9000 eth0 >/dev/null
answered client0 "${LAB_IPV4[0]}" -p 9000

say "more ports than descriptors"
status=0
(
	ulimit -n 500
	xe attach --mode socket --port 1000-1999 eth1
) >"$TMP/out" 2>"$TMP/err" || status=$?
equal "exit status" 1 "$status"
grep -q 'eth1: 1000 ports need [0-9]* sockets, but the limit of open files is 500; ' "$TMP/err" ||
	fail "$(cat "$TMP/err")"
equal "pins and files of eth1" "" "$(pins_and_files "$LAB-host" | grep eth1 || :)"

say "the soft limit is raised to the hard one; one worker where there is no room for two"
(
	ulimit -Sn 100
	ulimit -Hn 700
	xe attach --mode socket --port 1000-1299 eth1
) >/dev/null
for port in 1000 1150 1299; do answered client1 "${LAB_IPV6[1]}" -p $port; done

say "fewer ports again"
xe attach --mode socket --port 1299 eth1 >/dev/null
answered client1 "${LAB_IPV6[1]}" -p 1299
equal "sockets left on eth1's old ports" 0 "$(lab_host ss -Huan 'sport = :1000' | wc -l)"
xe detach --all
equal "sockets left" 0 "$(lab_host ss -Huan | wc -l)"
untouched "after detach"
