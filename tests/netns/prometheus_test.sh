#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A real Prometheus scrapes a real exporter, as scripts/prometheus-scrape.yml tells it; its answers
# to PromQL are right, and every query of the dashboard and the alerts is one that it understands.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=exporter.sh
. "$(dirname "$0")/exporter.sh"
command -v prometheus >/dev/null || skip "prometheus is not installed"
DASHBOARD=$ROOT/scripts/grafana-dashboard.json
new_lab

xe attach --size-histogram eth0 eth1 >/dev/null
exporter_start --listen 127.0.0.1:11007

# The host's loopback is its own, and so is this port.
sed 's/scrape_interval: .*/scrape_interval: 500ms/' "$ROOT/scripts/prometheus-scrape.yml" >"$TMP/prometheus.yml"
cat >>"$TMP/prometheus.yml" <<-END
	rule_files: ["$ROOT/scripts/prometheus-alerts.yml"]
	global: {evaluation_interval: 1s}
END
promtool check config "$TMP/prometheus.yml" >"$TMP/out" || fail "$(cat "$TMP/out")"
background host prometheus --config.file="$TMP/prometheus.yml" --storage.tsdb.path="$TMP/tsdb" \
	--web.listen-address=127.0.0.1:9090 --log.level=warn 2>"$TMP/prometheus"

api() { # PATH PARAMETERS...
	lab_host curl -sS -m 10 -G "${@:2}" "http://127.0.0.1:9090/api/v1/$1"
}

# promql QUERY: the value of the one series that there is, or "none"
promql() {
	api query --data-urlencode "query=$1" | jq -r '
		if .status != "success" then .error
		elif .data.result == [] then "none" else .data.result[0].value[1] end'
}

is() { [ "$(promql "$1" 2>/dev/null)" = "$2" ]; }
between() { promql "$1" | awk -v low="$2" -v high="$3" '{ exit !($1 >= low && $1 <= high) }'; }

eventually is 'up{job="xdp-echo"}' 1 || fail "does not scrape: $(cat "$TMP/prometheus")"
target=$(api targets | jq -r '.data.activeTargets[0] | "\(.health) \(.lastError)"')
equal "the target" "up " "$target"

# --- what PromQL says --------------------------------------------------------------------------

rate='sum(rate(xdp_echo_replies_total{interface="eth0"}[4s]))'
load_start client0 "${LAB_IPV4[0]}" -i 0.02
eventually between "$rate" 40 60 || fail "at 50 pings a second the rate is $(promql "$rate")"
equal "the rate of eth1" 0 "$(promql 'sum(rate(xdp_echo_replies_total{interface="eth1"}[4s]))')"
load_stop
sent=$LOAD_SENT
eventually is 'sum(xdp_echo_replies_total{interface="eth0",path="native",family="ipv4"})' "$sent" ||
	fail "$sent pings were answered, Prometheus says $(promql 'sum(xdp_echo_replies_total)')"
equal "requests" "$sent" "$(promql 'sum(xdp_echo_requests_total)')"
equal "median size" 48 "$(promql 'histogram_quantile(0.5, sum by (le) (xdp_echo_request_size_bytes_bucket))')"

kill -KILL "$(query eth0 .agent.pid)"
eventually is 'xdp_echo_agent_up{interface="eth0"}' 0 || fail "the agent's death is not seen"
eventually is 'ALERTS{alertname="XdpEchoAgentDown",interface="eth0"}' 1 || fail "no alert"
xe attach --size-histogram eth0 >/dev/null
eventually is 'xdp_echo_agent_up{interface="eth0"}' 1 || fail "the new agent is not seen"

xe detach eth1
eventually is 'xdp_echo_agent_up{interface="eth1"}' none || fail "eth1 is still there"
is 'count({interface="eth1"})' none || fail "something of eth1 is still there"

# --- the dashboard and the alerts --------------------------------------------------------------

scraped --names >"$TMP/names"
queries() {
	jq -r '.. | .expr? // empty' "$DASHBOARD"
	jq -r '.templating.list[].query' "$DASHBOARD" | sed -n 's/^label_values(\(.*\), [a-z]*)$/\1/p'
	api rules | jq -r '.data.groups[].rules[].query'
}

# Fills in the dashboard's variables as Grafana would.
# shellcheck disable=SC2016 # the variables are Grafana's
filled() { sed 's/\$__\(rate_\)*interval/4s/g; s/\$[a-z]*/.*/g'; }

queries | filled >"$TMP/queries"
[ "$(wc -l <"$TMP/queries")" -ge 25 ] || fail "few queries: $(cat "$TMP/queries")"
equal "metrics that there are not" "" \
	"$(grep -ohE '\b(xdp_echo|process)_[a-z_]+' "$TMP/queries" | sort -u | comm -23 - "$TMP/names")"
while read -r query; do
	api query --data-urlencode "query=$query" | grep -q '"status":"success"' ||
		fail "not PromQL: $query: $(api query --data-urlencode "query=$query")"
done <"$TMP/queries"

# each of the panels that a quiet, healthy host fills has something to show
jq -r '.panels[] | select(.title | test("^(Interfaces|Agents|Not in|Replies|Requests|Path|Payload|Sizes|Exporter)"))
	| .targets[].expr' "$DASHBOARD" | filled >"$TMP/queries"
while read -r query; do
	[ "$(promql "$query")" != none ] || fail "nothing to show: $query"
done <"$TMP/queries"
query=$(jq -r '.panels[] | select(.title == "Agents down") | .targets[].expr' "$DASHBOARD" | filled)
equal "agents down" 0 "$(promql "$query")"
