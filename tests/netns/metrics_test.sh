#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The metrics say what status says, by every reason; they never go backwards; what has gone is not
# shown, and what cannot be read keeps nothing else from being shown.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=exporter.sh
. "$(dirname "$0")/exporter.sh"
new_lab

# --- the same numbers everywhere ---------------------------------------------------------------

# agree IFACE: requests, replies, bytes, and each reason, added up over paths and families
agree() {
	xe metrics >"$TMP/metrics"
	xe --json status "$1" >"$TMP/status"
	/usr/bin/python3 - "$1" "$TMP" "$ROOT" <<-'END'
		import json, re, sys
		from collections import Counter
		from prometheus_client.parser import text_string_to_metric_families

		interface, tmp, root = sys.argv[1:]
		counters = json.load(open(tmp + "/status"))["interfaces"][0]["counters"]
		total = Counter()
		for family in text_string_to_metric_families(open(tmp + "/metrics").read()):
		    for sample in family.samples:
		        if sample.labels.get("interface") == interface:
		            total[sample.name, sample.labels.get("reason")] += sample.value
		for name in ("requests", "replies", "reply_bytes"):
		    assert total[f"xdp_echo_{name}_total", None] == counters[name], name
		for kind in ("passed", "dropped"):
		    told = {reason for name, reason in total if name == f"xdp_echo_{kind}_total"}
		    assert told == set(counters[kind]), f"reasons {told ^ set(counters[kind])}"
		    for reason, count in counters[kind].items():
		        assert total[f"xdp_echo_{kind}_total", reason] == count, reason
		table = re.findall(r'X\(\d+, (PASS|DROP)_\w+,\s*"(\w+)"', open(root + "/include/reasons.h").read())
		assert {name for kind, name in table if kind == "PASS"} == set(counters["passed"])
		assert {name for kind, name in table if kind == "DROP"} == set(counters["dropped"])
		assert counters["requests"] == counters["replies"] + sum(counters["dropped"].values())
	END
}

# Pings stop before their counters are read.
settled() { agree "$1" 2>/dev/null; }

xe attach --size-histogram eth0 eth1 >/dev/null
answered client0 "${LAB_IPV4[0]}" -c 20 -s 56
answered client0 "${LAB_IPV6[0]}" -c 10 -s 1200
silent client0 "${LAB_IPV4[0]}" -c 5 -s 33 -P 53
is_answered client0 "${LAB_IPV4[0]}" -p 9 && fail "port 9 is answered"
settled eth0 || agree eth0 || fail "metrics and status differ"
equal "IPv4 requests" 25 "$(metric xdp_echo_requests_total interface=eth0 family=ipv4)"
equal "IPv6 replies" 10 "$(metric xdp_echo_replies_total interface=eth0 path=native family=ipv6)"
equal "bytes" 13120 "$(metric xdp_echo_reply_bytes_total interface=eth0)"
equal "dropped" 5 "$(metric xdp_echo_dropped_total interface=eth0 reason=source_port)"
equal "passed" 1 "$(metric xdp_echo_passed_total interface=eth0 path=native reason=other_port family=ipv4)"
equal "requests of eth1" 0 "$(metric xdp_echo_requests_total interface=eth1)"
equal "the namespace's name" "$LAB-host" "$(xe metrics | "$SAMPLES" --values xdp_echo_agent_up netns)"

bucket() { metric xdp_echo_request_size_bytes_bucket interface=eth0 path=native "le=$1"; }
equal "requests of 32 bytes at most" 0 "$(bucket 32.0)"
equal "of 64" 25 "$(bucket 64.0)"
equal "of 1024" 25 "$(bucket 1024.0)"
equal "of 1472" 35 "$(bucket 1472.0)"
equal "of any size" 35 "$(bucket +Inf)"
equal "how many" 35 "$(metric xdp_echo_request_size_bytes_count interface=eth0 path=native)"
equal "how many bytes" $((20 * 56 + 10 * 1200 + 5 * 33)) \
	"$(metric xdp_echo_request_size_bytes_sum interface=eth0 path=native)"
answered client0 "${LAB_IPV4[0]}" -c 1 -s 0
answered client0 "${LAB_IPV4[0]}" -c 1 -s 32
answered client0 "${LAB_IPV4[0]}" -c 1 -s 1472
equal "0 and 32 bytes" 2 "$(bucket 32.0)"
equal "0, 32 and 1472 bytes" 38 "$(bucket 1472.0)"

# --- as the field's tools read them ------------------------------------------------------------

exporter_start --listen 127.0.0.1:11007
if command -v promtool >/dev/null; then
	xe metrics | promtool check metrics || fail "promtool finds fault with the command's metrics"
	get $URL/metrics | promtool check metrics || fail "promtool finds fault with the exporter's"
fi
xe metrics | "$SAMPLES" --names >"$TMP/names"
scraped --names >"$TMP/scraped"
equal "metrics that the exporter has not" "" "$(comm -23 "$TMP/names" "$TMP/scraped")"
equal "mode" auto "$(xe metrics | "$SAMPLES" --values xdp_echo_interface_info mode)"
equal "driver" veth "$(xe metrics | "$SAMPLES" --values xdp_echo_interface_info driver)"
equal "why" "$(query eth0 .reason)" "$(xe metrics | "$SAMPLES" --values xdp_echo_interface_info mode_reason)"

# --- never backwards ---------------------------------------------------------------------------

seen=$(metric xdp_echo_requests_total interface=eth0)
onwards() { # AFTER WHAT; every counter is where it was, or further on, and still counts
	local now

	now=$(metric xdp_echo_requests_total interface=eth0)
	[ "$now" -ge "$seen" ] || fail "requests went from $seen to $now after $1"
	answered client0 "${LAB_IPV4[0]}" -c 7
	equal "requests after $1" $((now + 7)) "$(metric xdp_echo_requests_total interface=eth0)"
	equal "requests by path add up after $1" "$(counter eth0 requests)" "$((now + 7))"
	seen=$((now + 7))
}

xe attach --size-histogram eth0 >/dev/null
onwards "attaching again"
xe attach --size-histogram --mode generic eth0 >/dev/null
onwards "a change of path"
equal "requests of the new path" 7 "$(metric xdp_echo_requests_total interface=eth0 path=generic)"
xe attach --mode native eth0 >/dev/null
onwards "going back"
equal "the histogram, turned off" none "$(metric xdp_echo_request_size_bytes_count interface=eth0)"
xe attach --mode socket eth0 >/dev/null
onwards "the socket path"
xe attach --size-histogram eth0 >/dev/null
onwards "native again"
equal "the histogram, turned on again" 59 \
	"$(metric xdp_echo_request_size_bytes_count interface=eth0)"
kill -KILL "$(query eth0 .agent.pid)"
agent_is() { [ "$(metric xdp_echo_agent_up interface=eth0)" = "$1" ]; }
eventually agent_is 0 || fail "the agent's death is not told"
equal "the exporter on the agent" 0 "$(scraped xdp_echo_agent_up interface=eth0)"
onwards "the agent's death"
xe attach eth0 >/dev/null
agent_is 1 || fail "the new agent is not told"
onwards "a new agent"

# --- what has gone, and what is broken ---------------------------------------------------------

ip -n "$LAB-host" link del eth1
is_gone() { [ "$(scraped xdp_echo_agent_up interface=eth1)" = none ]; }
eventually is_gone || fail "eth1 is still shown"
! get $URL/metrics | grep -q eth1 || fail "something of eth1 is left"

broken=$BPFFS/xdp-echo/netns:$LAB-host
mkdir "$broken/old0" "$broken/pin0"
bpftool map create "$broken/old0/state" type array key 4 value 64 entries 1 name older flags 0x400
bpftool map create "$broken/pin0/state" type hash key 4 value 4 entries 1 name another
readable() { scraped xdp_echo_state_readable "$@"; }
equal "readable" 1 "$(readable interface=eth0)"
equal "of another version" 0 "$(readable interface=old0)"
equal "something else" 0 "$(readable interface=pin0)"
errors=$(scraped xdp_echo_scrape_errors_total)
equal "errors of one more scrape" $((errors + 2)) "$(scraped xdp_echo_scrape_errors_total)"
equal "requests meanwhile" "$seen" "$(scraped xdp_echo_requests_total interface=eth0)"
status=0
xe metrics >"$TMP/out" 2>"$TMP/err" || status=$?
equal "exit status beside broken pins" 1 "$status"
equal "lines on stderr" 1 "$(wc -l <"$TMP/err")"
grep -q 'old0: .*detach old0' "$TMP/err" || fail "does not say what to do: $(cat "$TMP/err")"
equal "requests in the output all the same" "$seen" \
	"$("$SAMPLES" xdp_echo_requests_total interface=eth0 <"$TMP/out")"
xe stats >"$TMP/out" 2>/dev/null && fail "stats does not mind broken pins"
grep -q '^eth0 ' "$TMP/out" || fail "stats does not show what can be read"
rm -r "$broken/old0" "$broken/pin0"
equal "errors when all is well" $((errors + 4)) "$(scraped xdp_echo_scrape_errors_total)"
exporter_stop

# --- to a file ---------------------------------------------------------------------------------

mkdir "$TMP/textfile"
cd "$TMP/textfile"
(umask 077 && xe metrics --output xdp-echo.prom)
equal "mode of the file" 644 "$(stat -c %a xdp-echo.prom)"
equal "requests in the file" "$seen" "$("$SAMPLES" xdp_echo_requests_total interface=eth0 <xdp-echo.prom)"
inode=$(stat -c %i xdp-echo.prom)
xe metrics --output "$PWD/xdp-echo.prom"
[ "$(stat -c %i xdp-echo.prom)" != "$inode" ] || fail "the file was written in place, not replaced"
ln -s xdp-echo.prom link
mkfifo pipe
for name in link . pipe; do
	! xe metrics --output "$name" 2>"$TMP/err" || fail "writes to $name"
	grep -q "$name: not a regular file" "$TMP/err" || fail "$(cat "$TMP/err")"
done
! xe metrics --output nosuch/file 2>"$TMP/err" || fail "writes to nosuch/file"
grep -q 'nosuch/file: .*No such file or directory' "$TMP/err" || fail "$(cat "$TMP/err")"
equal "files" "link pipe xdp-echo.prom" "$(find . -mindepth 1 -printf '%P\n' | sort | xargs)"
