# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# exporter.sh - sourced after lib.sh by the tests of metrics: an exporter in the lab's host, where
# its port is the host's own.

SAMPLES=$ROOT/tests/netns/samples.py
# shellcheck disable=SC2034 # the tests use it
URL=http://127.0.0.1:11007

# exporter_start [OPTIONS]: until the test ends, or exporter_stop. Its pid is in $EXPORTER.
exporter_start() {
	background host "$XDP_ECHO" exporter "$@" 2>"$TMP/exporter"
	EXPORTER=$BACKGROUND
	eventually grep -q 'listening on' "$TMP/exporter" || fail "exporter: $(cat "$TMP/exporter")"
}

# exporter_stop: it ends at once, and well.
exporter_stop() {
	kill "$EXPORTER"
	wait "$EXPORTER" || fail "the exporter ends with $?: $(cat "$TMP/exporter")"
}

# get URL [OPTIONS of curl]: from within the host.
get() { lab_host curl -sS -m 10 "$@"; }

# status_of URL [OPTIONS]: the HTTP status alone; 000 if there was none.
status_of() { lab_host curl -s -m 10 -o /dev/null -w '%{http_code}' "$@" || :; }

# metric NAME [LABEL=VALUE...]: out of `xdp-echo metrics`, added up.
metric() { xe metrics | "$SAMPLES" "$@"; }

# scraped NAME [LABEL=VALUE...]: the same, by way of the exporter and OpenMetrics.
scraped() {
	get -H 'Accept: application/openmetrics-text; version=1.0.0' $URL/metrics |
		"$SAMPLES" --openmetrics "$@"
}
