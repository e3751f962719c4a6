#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# status --json and stats --json are what their page promises: keys, types, sums.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
new_lab

# nothing attached is an empty list, not an error
equal "status of nothing" '{"interfaces":[],"schema_version":1}' "$(xe --json status | jq -Sc .)"

xe attach --port 7,4000-4002 eth0 eth1
answered client0 "${LAB_IPV4[0]}" -c 5 -s 100
answered client0 "${LAB_IPV6[0]}" -c 5 -s 100
silent client0 "${LAB_IPV4[0]}" -c 5 -P 53

holds() { jq -e "$2" "$TMP/$1" >/dev/null || fail "$1 --json: not so: $2: $(cat "$TMP/$1")"; }

xe --json status >"$TMP/status"
holds status '.schema_version == 1'
holds status '[.interfaces[].interface] == ["eth0", "eth1"]'
holds status '.interfaces[] | has("interface") and has("ifindex") and has("netns") and has("path")
	and has("reason") and has("driver") and has("ports") and has("addresses") and has("agent")
	and has("counters")'
holds status 'all(.interfaces[]; .path == "native" and .driver == "veth" and .ports[0] == 7)'
holds status "all(.interfaces[]; .netns == \"$LAB-host\" and (.ifindex | type) == \"number\")"
holds status 'all(.interfaces[]; .agent.alive and (.agent.pid | type) == "number")'
holds status 'all(.interfaces[]; (.reason | type) == "string" and .reason != "")'
holds status ".interfaces[0].addresses | index(\"${LAB_IPV4[0]}\") and index(\"${LAB_IPV6[0]}\")"

holds status '.interfaces[0].counters | .requests == 15 and .replies == 10 and .reply_bytes == 1000'
holds status '.interfaces[0].counters.dropped.source_port == 5'
holds status 'all(.interfaces[].counters; .requests == .replies + ([.dropped[]] | add))'
holds status 'all(.interfaces[].counters | .passed, .dropped; type == "object")'

# every reason has its key, whether it has been seen or not
reasons() {
	sed -n "s/.*X([0-9]*, $1_[A-Z0-9_]*, \"\([a-z0-9_]*\)\".*/\1/p" "$ROOT/include/reasons.h" | sort
}
for class in passed:PASS dropped:DROP; do
	equal "reasons in ${class%:*}" "$(reasons "${class#*:}" | tr '\n' ' ')" \
		"$(jq -r ".interfaces[0].counters.${class%:*} | keys[]" "$TMP/status" | sort | tr '\n' ' ')"
done

xe --json stats >"$TMP/stats"
holds stats '.schema_version == 1'
holds stats '.interfaces[0].counters.replies == 10 and .interfaces[1].counters.replies == 0'

# one interface, in the order asked for
xe --json status eth1 >"$TMP/status"
holds status '[.interfaces[].interface] == ["eth1"]'

# the same facts for a reader
xe status >"$TMP/text"
for word in eth0 eth1 native "${LAB_IPV4[0]}" "${LAB_IPV6[1]}" 4000-4002; do
	grep -qF "$word" "$TMP/text" || fail "status does not show $word: $(cat "$TMP/text")"
done
xe stats >"$TMP/text"
for word in eth0 eth1 source_port 1000; do
	grep -qF "$word" "$TMP/text" || fail "stats does not show $word: $(cat "$TMP/text")"
done
