#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The exporter's HTTP: pages, formats, refusals; 200 connections that say nothing, garbage and 8
# scrapes a second at once; what it may do; how it starts and ends.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=exporter.sh
. "$(dirname "$0")/exporter.sh"
new_lab
xe attach eth0 eth1 >/dev/null
exporter_start --listen 127.0.0.1:11007 --listen '[::1]:11007'

# --- pages and formats -------------------------------------------------------------------------

header() { get -D - -o /dev/null "$@" | tr -d '\r'; }

for url in $URL 'http://[::1]:11007'; do
	equal "$url/healthz" ok "$(get "$url/healthz")"
	equal "interfaces at $url" 2 "$(get "$url/metrics" | "$SAMPLES" xdp_echo_agent_up)"
done
get $URL/ | grep -q 'href="/metrics"' || fail "the index page does not lead to /metrics"
header $URL/metrics | grep -q '^Content-Type: text/plain; version=0.0.4; charset=utf-8$' ||
	fail "not the text format: $(header $URL/metrics)"
header -H 'Accept: application/openmetrics-text' $URL/metrics |
	grep -q '^Content-Type: application/openmetrics-text; version=1.0.0; charset=utf-8$' ||
	fail "not OpenMetrics"
equal "interfaces in OpenMetrics" 2 "$(scraped xdp_echo_agent_up)"
equal "readable interfaces" 2 "$(scraped xdp_echo_state_readable)"
equal "exporters" 1 "$(scraped xdp_echo_build_info)"
equal "scrape errors" 0 "$(scraped xdp_echo_scrape_errors_total)"
for name in cpu_seconds_total resident_memory_bytes virtual_memory_bytes start_time_seconds \
	open_fds max_fds; do
	[ "$(scraped process_$name)" != none ] || fail "no process_$name"
done
header -I $URL/metrics | grep -q '^Content-Length: [1-9]' || fail "HEAD does not tell the length"
equal "body of HEAD" "" "$(get -I $URL/metrics | sed '1,/^\r$/d')"

equal "an unknown page" 404 "$(status_of $URL/nosuch)"
equal "POST" 405 "$(status_of -d x $URL/metrics)"
equal "PUT" 405 "$(status_of -X PUT -T "$0" $URL/metrics)"
header -X DELETE $URL/metrics | grep -q '^Allow: GET, HEAD$' || fail "does not say what it allows"

# --- under pressure ----------------------------------------------------------------------------

# 200 connections that say nothing, and 200 with garbage, while scrapes go on; each is complete.
cat >"$TMP/press.py" <<'END'
import random, socket, time, urllib.request

random.seed(1)
ADDRESS = ("127.0.0.1", 11007)
GARBAGE = [
    b"\0" * 1000, b"\xff" * 1000, b"\r\n" * 1000, b"GET", b"GET /metrics", b"GET /metrics HTTP/9.9\r\n\r\n",
    b"GET " + b"/" * 60000 + b" HTTP/1.1\r\n\r\n", b"GET /\0metrics HTTP/1.1\r\n\r\n",
    b"GET /metrics HTTP/1.1\r\n" + b"X: " + b"y" * 60000 + b"\r\n\r\n",
    b"GET /metrics HTTP/1.1\r\n" + b"A: b\r\n" * 5000 + b"\r\n",
    b"GET /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
    b"GET /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nfew",
    b"POST /metrics HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffffffff\r\n",
    b"GET http://127.0.0.1/%2e%2e/%00 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /metrics HTTP/1.1\r\nHost: x\r\nAccept: " + b"," * 4000 + b"\r\n\r\n",
    b"GET /metrics HTTP/1.1\r\nHost: x\r\nAuthorization: Basic \xff\xff\r\n\r\n",
    b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03" + b"a" * 500,
]


def connect(data=b""):
    sock = socket.create_connection(ADDRESS, 5)
    try:
        sock.sendall(data)
    except OSError:
        pass  # closed before it had heard all of it
    return sock


idle = [connect() for _ in range(200)]
begun = time.monotonic()
for number in range(32):
    garbage = [connect(GARBAGE[i % len(GARBAGE)]) for i in range(number * 6, number * 6 + 6)]
    garbage.append(connect(random.randbytes(random.randrange(1, 3000))))
    with urllib.request.urlopen("http://%s:%d/metrics" % ADDRESS, timeout=10) as reply:
        body = reply.read().decode()
    assert 'xdp_echo_agent_up{interface="eth0"' in body and body.endswith("\n"), body
    for sock in garbage:
        sock.close()
    time.sleep(max(0, begun + number / 8 - time.monotonic()))
END
memory() { awk '/VmHWM/ { print $2 }' "/proc/$EXPORTER/status"; }
before=$(memory)
lab_host /usr/bin/python3 "$TMP/press.py" || fail "does not keep answering: $(cat "$TMP/exporter")"
[ "$(memory)" -lt $((before + 20000)) ] || fail "memory went from $before kB to $(memory) kB"
[ "$(wc -l <"$TMP/exporter")" -le 2 ] || fail "strangers fill the log: $(cat "$TMP/exporter")"

# slow readers of large answers are bounded, too: none of them keeps the next one waiting
lab_host /usr/bin/python3 -c "
import socket
held = []
for _ in range(100):
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
    sock.connect(('127.0.0.1', 11007))
    sock.sendall(b'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n' * 20)
    held.append(sock)
import urllib.request
assert urllib.request.urlopen('$URL/healthz', timeout=10).read() == b'ok\n'
" || fail "slow readers stop it"
[ "$(memory)" -lt $((before + 40000)) ] || fail "slow readers cost $(memory) kB, before $before kB"
eventually [ "$(status_of $URL/metrics)" = 200 ] || fail "scrapes do not recover"

# --- what it may do ----------------------------------------------------------------------------

may() { awk -v key="$1:" '$1 == key { print $2 }' "/proc/$EXPORTER/status"; }
for set in CapInh CapPrm CapEff CapBnd CapAmb; do equal $set 0000000000000000 "$(may $set)"; done
equal NoNewPrivs 1 "$(may NoNewPrivs)"
equal "Seccomp (2: filter)" 2 "$(may Seccomp)"

# --- interfaces come and go --------------------------------------------------------------------

xe detach eth1
equal "interfaces after detach" 1 "$(scraped xdp_echo_agent_up)"
equal "what is left of eth1" none "$(scraped xdp_echo_requests_total interface=eth1)"
xe attach eth1 >/dev/null
equal "interfaces after attach" 2 "$(scraped xdp_echo_agent_up)"
exporter_stop

# --- bad input ---------------------------------------------------------------------------------

wrong() { # STATUS PATTERN OPTIONS...
	local status=0

	lab_host timeout 10 "$XDP_ECHO" exporter "${@:3}" >"$TMP/out" 2>"$TMP/err" || status=$?
	equal "exit status of exporter ${*:3}" "$1" "$status"
	grep -Eq -- "$2" "$TMP/err" || fail "exporter ${*:3} said '$(cat "$TMP/err")', not '$2'"
}

for listen in 127.0.0.1 11007 '::1:11007' '127.0.0.1:' '127.0.0.1:99999' 'host.invalid:11007' '[::1' ''; do
	wrong 2 'must be an address and a port' --listen "$listen"
done
wrong 1 'Cannot assign requested address; this host has no such address' --listen 192.0.2.99:11007
wrong 2 'takes no names' eth0
wrong 2 'unknown option --nosuch' --nosuch
wrong 1 '/nosuch.yml: No such file or directory' --web.config.file /nosuch.yml
exporter_start
wrong 1 'listen "127.0.0.1:11007": Address already in use; give another port' --listen 127.0.0.1:11007
equal "after another one failed" ok "$(get $URL/healthz)"
exporter_stop

# --- all addresses, readiness ------------------------------------------------------------------

/usr/bin/python3 -u -c "
import socket
sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
sock.bind('$TMP/notify')
print('hearing')
while True:
    print(sock.recv(4096).decode())
" >"$TMP/heard" &
CHILDREN+=($!)
eventually grep -qs hearing "$TMP/heard" || fail "no notification socket"
NOTIFY_SOCKET=$TMP/notify exporter_start --listen :11008
eventually grep -q READY=1 "$TMP/heard" || fail "does not say that it is ready"
for address in 127.0.0.1 "${LAB_IPV4[0]}" '[::1]' "[${LAB_IPV6[1]}]"; do
	equal "at $address" ok "$(get "http://$address:11008/healthz")"
done
exporter_stop
eventually grep -q STOPPING=1 "$TMP/heard" || fail "does not say that it is stopping"
