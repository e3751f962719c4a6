#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# No BPF at all: without bpffs, and without the capabilities for BPF, the sockets answer; the state is
# a file then, which status and stats read.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
new_lab

# poor CAPABILITIES COMMAND...: in the host, where nothing is mounted on /sys/fs/bpf nor may be, with
# no more than these capabilities.
poor() {
	# shellcheck disable=SC2016 # the inner shell's own variables
	lab_host unshare --mount --propagation private sh -c '
		caps=$1
		shift
		while umount /sys/fs/bpf 2>/dev/null; do :; done
		exec capsh --drop="$(capsh --print | sed -n "s/^Bounding set =//p" | tr , "\n" |
			grep -vxE "$caps" | paste -sd,)" -- -c "exec \"\$@\"" sh "$@"
	' sh "$@"
}

files() { pins_and_files "$LAB-host" | grep -c "$1" || :; }

capabilities() { sed -n 's/^CapPrm:\s*//p' "/proc/$1/status"; }

status() { poor "cap_dac_override" "$XDP_ECHO" --json status eth0 | jq -r ".interfaces[0] | $1"; }

for mode in socket auto; do
	say "mode $mode without bpffs, and no capability but those for the network"
	poor 'cap_(net_admin|net_bind_service|net_raw|dac_override|kill|setpcap)' "$XDP_ECHO" attach \
		--mode $mode eth0 >/dev/null
	equal "path" socket "$(status .path)"
	equal "pins" 0 "$(files "^$BPFFS")"
	equal "state file" 1 "$(files 'eth0/state$')"
	answered client0 "${LAB_IPV4[0]}"
	answered client1 "${LAB_IPV6[0]}" -s 4000
	equal "replies" 6 "$(status .counters.replies)"
	equal "agent" true "$(status .agent.alive)"
	equal "capabilities of the agent: ports below 1024, for VLAN devices to come" \
		"0000000000000400" "$(capabilities "$(status .agent.pid)")"
	for thread in "/proc/$(status .agent.pid)/task"/*; do
		[ "${thread##*/}" = "$(status .agent.pid)" ] ||
			equal "capabilities of a worker" "0000000000000000" "$(capabilities "${thread##*/}")"
	done
	poor 'cap_(net_admin|dac_override|kill)' "$XDP_ECHO" detach eth0
	equal "left" "" "$(pins_and_files "$LAB-host")"
done

say "XDP modes say what they lack"
poor 'cap_(net_admin|net_bind_service|dac_override|kill)' "$XDP_ECHO" attach --mode native eth0 \
	>"$TMP/out" 2>"$TMP/err" && fail "native without CAP_BPF"
grep -Eq 'native: .*(CAP_BPF|bpffs)' "$TMP/err" || fail "$(cat "$TMP/err")"
equal "left" "" "$(pins_and_files "$LAB-host")"

say "a port below 1024 without the capability, and one above it"
poor 'cap_(net_admin|net_raw|dac_override|kill)' "$XDP_ECHO" attach --mode socket eth0 \
	>"$TMP/out" 2>"$TMP/err" && fail "port 7 without CAP_NET_BIND_SERVICE"
grep -q 'UDP port 7 (IPv4): Permission denied; .*CAP_NET_BIND_SERVICE' "$TMP/err" || fail "$(cat "$TMP/err")"
poor 'cap_(dac_override|kill)' "$XDP_ECHO" attach --mode socket --port 4711 eth0 >/dev/null
answered client0 "${LAB_IPV4[0]}" -p 4711
equal "capabilities of the agent" "0000000000000000" "$(capabilities "$(status .agent.pid)")"

say "with BPF again: the next attach is native, and goes on counting"
before=$(status .counters.replies)
xe attach --port 4711 eth0 >/dev/null
equal "path" native "$(query eth0 .path)"
answered client0 "${LAB_IPV4[0]}" -p 4711
equal "replies" $((before + 3)) "$(counter eth0 replies)"
equal "state files" 0 "$(files 'run/.*eth0/state$')"
