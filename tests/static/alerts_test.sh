#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# alerts_test.sh - the alert rules are right, fire when they should, and name what there is.
. "$(dirname "$0")/common.sh"

need promtool
promtool check rules scripts/prometheus-alerts.yml
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT
cp tests/static/alerts.yml scripts/prometheus-alerts.yml "$temporary"
promtool test rules "$temporary/alerts.yml"

# every reason that an alert or the dashboard names is one of the table
grep -ohE 'reason=~?\\?"[a-z_|]+' scripts/prometheus-alerts.yml scripts/grafana-dashboard.json |
	sed 's/.*"//; s/|/\n/g' | sort -u >"$temporary/named"
grep -oE '(PASS|DROP)_[A-Z0-9_]+, "[a-z_0-9]+"' include/reasons.h | sed 's/.* "//; s/"//' | sort \
	>"$temporary/reasons"
unknown=$(comm -23 "$temporary/named" "$temporary/reasons")
if [ ! -s "$temporary/named" ] || [ -n "$unknown" ]; then
	echo "reasons that there are not: $unknown"
	exit 1
fi
