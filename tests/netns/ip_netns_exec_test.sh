#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Under `ip netns exec`, which hides bpffs, attach works, or fails and says what to do; in either case
# `--netns` sees the same afterwards.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
new_lab

inside() { ip netns exec "$LAB-host" "$XDP_ECHO" "$@"; }

if inside attach eth0 eth1 >"$TMP/out" 2>"$TMP/err"; then
	answered client0 "${LAB_IPV4[0]}" -c 5
	answered client0 "${LAB_IPV6[1]}" -c 5
	# seen from outside, under the namespace's name, and from inside
	equal "netns" "$LAB-host" "$(query eth0 .netns)"
	equal "replies" 5 "$(counter eth0 replies)"
	equal "interfaces seen inside" "eth0 eth1" \
		"$(inside --json status eth0 eth1 | jq -r '[.interfaces[].interface] | join(" ")')"
	xe attach --port 9 eth0
	equal "ports seen inside" '[9]' "$(inside --json status eth0 | jq -c '.interfaces[0].ports')"
	inside detach eth0 eth1
	untouched "after detach"
	silent client0 "${LAB_IPV4[0]}"
else
	equal "lines on stderr" 1 "$(wc -l <"$TMP/err")"
	grep -q -- '--netns' "$TMP/err" || fail "does not say what to do: $(cat "$TMP/err")"
	untouched "after attach"
	# nor do the other commands say what they cannot know
	xe attach eth0
	for command in status 'status eth0' 'stats eth0' 'detach eth0' 'detach --all'; do
		# shellcheck disable=SC2086 # a list of words
		inside $command >"$TMP/out" 2>"$TMP/err" && fail "$command says: $(cat "$TMP/out")"
		grep -q -- '--netns' "$TMP/err" || fail "$command says: $(cat "$TMP/err")"
	done
	answered client0 "${LAB_IPV4[0]}"
fi
