# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# lib.sh - sourced by every namespace test: a lab of the test's own, the command, small assertions.
#
# A test is a list of statements that must hold; the first that does not ends it with a line that
# says so. However it ends, its labs are removed; and a test fails that leaves something behind.
set -eu

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
XDP_ECHO=${XDP_ECHO:-$ROOT/build/xdp-echo}
PING=$ROOT/scripts/ping.py
WIRE=$ROOT/tests/netns/wire.py
BPFFS=/sys/fs/bpf
TMP=$(mktemp -d)
LABS=()
CHILDREN=()

# shellcheck source-path=SCRIPTDIR source=../../scripts/lab.sh
. "$ROOT/scripts/lab.sh"

say() { echo "# $*"; }

fail() {
	echo "FAIL: $*" >&2
	exit 1
}

skip() {
	echo "$*"
	exit 77
}

# Builds one more lab, and makes it the one that the functions below act on.
new_lab() {
	LAB=t$$-${#LABS[@]}
	LABS+=("$LAB")
	lab_up
}

# Routes 198.18.0.0/16 and 2001:db8:f::/48 to the host over the first uplink, and back the same way:
# for addresses of which no neighbour entry is needed.
route_more_addresses() {
	lab_ip isp0 <<-END
		route add 198.18.0.0/16 via ${LAB_IPV4[0]}
		route add 2001:db8:f::/48 via ${LAB_IPV6[0]}
		rule add pref 8 iif uplink from 198.18.0.0/16 table main
	END
	ip -n "$LAB-isp0" -6 rule add pref 8 iif uplink from 2001:db8:f::/48 table main
	ip -n "$LAB-host" rule add pref 80 from 198.18.0.0/16 table 101
	ip -n "$LAB-host" -6 rule add pref 80 from 2001:db8:f::/48 table 101
}

# xe ARGUMENTS: the command, in the network namespace of the lab's host.
xe() { "$XDP_ECHO" --netns "$LAB-host" "$@"; }

# background NODE COMMAND...: runs it beside the test, which ends it. Its pid is in $BACKGROUND.
background() {
	(exec nsenter --net="/run/netns/$LAB-$1" "${@:2}") &
	BACKGROUND=$!
	CHILDREN+=("$BACKGROUND")
}

pins_and_files() {
	find "$BPFFS/xdp-echo" /run/xdp-echo 2>/dev/null | grep -F "$1" || :
}

_end_children() {
	local pid

	for pid in ${CHILDREN[@]+"${CHILDREN[@]}"}; do
		kill "$pid" 2>/dev/null || :
		wait "$pid" 2>/dev/null || :
	done
}

# Detaches and removes one lab. Prints what is left of it, and removes that too.
_end_lab() {
	local left

	[ ! -e "/run/netns/$LAB-host" ] ||
		timeout 20 "$XDP_ECHO" --netns "$LAB-host" detach --all >/dev/null 2>&1 || :
	lab_down 2>/dev/null
	left=$(pins_and_files "$LAB-host")
	[ -z "$left" ] || {
		tr '\n' ' ' <<<"left behind: $left"
		xargs rm -rf <<<"$left"
	}
}

_end_test() {
	local status=$? left=

	trap - EXIT
	trap '' INT TERM HUP
	set +e
	_end_children
	for LAB in ${LABS[@]+"${LABS[@]}"}; do left+=$(_end_lab); done
	rm -rf "$TMP"
	if [ "$status" -eq 0 ] && [ -n "$left" ]; then
		echo "FAIL: $left" >&2
		status=1
	fi
	exit "$status"
}

trap _end_test EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# as_after_boot "$@": a new lab, and the rest of the test in it as on a machine of its own that has
# just booted: no bpffs, nobody else's pins and files, and a process 1 that sees the same.
as_after_boot() {
	if [ "${1:-}" != after-boot ]; then
		new_lab
		unshare --pid --mount --propagation slave --mount-proc --fork --kill-child \
			"$0" after-boot "$LAB"
		exit
	fi
	LAB=$2
	while umount "$BPFFS" 2>/dev/null; do :; done
	mkdir "$TMP/netns"
	mount --rbind /run/netns "$TMP/netns"
	mount -t tmpfs tmpfs /run
	mkdir /run/netns
	mount --move "$TMP/netns" /run/netns
}

# --- assertions --------------------------------------------------------------------------------

# eventually COMMAND...: true as soon as the command is; gives up after half a minute.
eventually() {
	local deadline=$((SECONDS + 30))

	until "$@"; do
		[ "$SECONDS" -lt "$deadline" ] || return 1
		sleep 0.05
	done
}

# Whether a process has ended; in a container whose first process reaps nobody it stays as a zombie.
ended() { ! grep -qs '^State:[[:space:]]*[^ZX]' "/proc/$1/status"; }

equal() { [ "$2" = "$3" ] || fail "$1: expected $2, is $3"; }

# answered NODE ADDRESS [OPTIONS of ping.py]: every ping is answered, rightly.
answered() {
	lab_run "$1" "$PING" -q -i 0.01 "${@:3}" "$2" >"$TMP/ping" 2>&1 ||
		fail "ping from $1: $(cat "$TMP/ping")"
}

# silent NODE ADDRESS [OPTIONS]: not one ping is answered.
silent() {
	lab_run "$1" "$PING" -q -i 0.01 -W 0.3 "${@:3}" "$2" >"$TMP/ping" 2>&1 || :
	grep -q ' 0 answered, [0-9]* lost$' "$TMP/ping" ||
		fail "ping from $1 should have no reply: $(cat "$TMP/ping")"
}

is_answered() { lab_run "$1" "$PING" -q -c 1 -W 0.3 "${@:3}" "$2" >/dev/null 2>&1; }
is_silent() { ! is_answered "$@"; }

# load_start NODE ADDRESS [OPTIONS]: 500 pings a second from now on, beside the test.
load_start() {
	background "$1" "$PING" -c 0 -i 0.002 "${@:3}" "$2" >"$TMP/load"
	LOAD=$BACKGROUND
	eventually [ -s "$TMP/load" ] || fail "not one ping is answered"
}

# load_stop: until now, and every single one was answered. How many is in $LOAD_SENT.
load_stop() {
	kill "$LOAD"
	wait "$LOAD" || fail "pings were lost: $(tail -1 "$TMP/load")"
	# shellcheck disable=SC2034 # the tests read it
	LOAD_SENT=$(sed -n 's/.*: \([0-9]*\) sent.*/\1/p' "$TMP/load")
}

# tcp_is_refused ADDRESS: the host's stack gets what is none of our business, and says so.
tcp_is_refused() {
	lab_client 0 timeout 5 bash -c "exec 3<>/dev/tcp/$1/9" 2>&1 | grep -q 'Connection refused'
}

# query IFACE FILTER: a value out of `status --json`.
query() {
	xe --json status "$1" | jq -r --arg name "$1" ".interfaces[] | select(.interface == \$name) | $2"
}

counter() { query "$1" ".counters.$2 // 0"; }

# refused STATUS PATTERN ARGUMENTS...: the command fails with this status and one line on stderr
# that matches, and leaves nothing behind. STATUS is a number, or a pattern such as [12].
refused() {
	local status=0 expected=$1 pattern=$2

	shift 2
	xe "$@" >"$TMP/out" 2>"$TMP/err" || status=$?
	# shellcheck disable=SC2053 # a pattern is meant
	[[ $status = $expected ]] || fail "exit status of '$*' is $status: $(cat "$TMP/err")"
	[ ! -s "$TMP/out" ] || fail "'$*' printed on stdout: $(cat "$TMP/out")"
	equal "lines on stderr of '$*'" 1 "$(wc -l <"$TMP/err")"
	grep -Eq -- "$pattern" "$TMP/err" || fail "'$*' said '$(cat "$TMP/err")', not '$pattern'"
	untouched "after '$*'"
}

# untouched TEXT: nothing of xdp-echo is in the lab's host.
untouched() {
	equal "pins and files $1" "" "$(pins_and_files "$LAB-host")"
	equal "processes $1" "" "$(ip netns pids "$LAB-host")"
	equal "XDP programs $1" "" "$(ip -n "$LAB-host" -o link show | grep -o 'prog/xdp.*' || :)"
}

# report STATUS ARGUMENTS...: runs check, and keeps what it says.
report() {
	local status=0 expected=$1

	shift
	xe --json check "$@" >"$TMP/report" 2>"$TMP/err" || status=$?
	equal "exit status of check: $(cat "$TMP/err" "$TMP/report")" "$expected" "$status"
	equal "schema_version" 1 "$(jq .schema_version "$TMP/report")"
}

# found LEVEL INTERFACE SUBJECT [PATTERN]: the last report has such a finding.
found() {
	jq -e --arg level "$1" --arg name "$2" --arg subject "$3" --arg pattern "${4:-.}" '
		.findings | any(.level == $level and .interface == $name and .subject == $subject
			and (.text + " " + (.command // "") | test($pattern)))' \
		<"$TMP/report" >/dev/null ||
		fail "no $1 about $3 of ${2:-the host} ~ '${4:-}' in: $(cat "$TMP/report")"
}

# --- captures ----------------------------------------------------------------------------------

# At the far end of eth$1, where every frame that arrives at the NIC or leaves it is seen, whatever
# XDP does: one tcpdump per direction.
capture_start() {
	local way

	for way in in out; do
		background "isp$1" tcpdump -i uplink -Q $way -w "$TMP/eth$1.$way" -U -n \
			--immediate-mode -s 10000 -B 16384 2>"$TMP/tcpdump.$1.$way"
		eval "TCPDUMP_$1_$way=$BACKGROUND"
	done
	for way in in out; do
		eventually grep -q 'listening on' "$TMP/tcpdump.$1.$way" ||
			fail "tcpdump: $(cat "$TMP/tcpdump.$1.$way")"
	done
}

# Ends the captures of eth$1 once they hold all that was on the wire until now.
capture_stop() {
	local way pid

	lab_isp "$1" "$WIRE" mark uplink "end of capture"
	lab_host "$WIRE" mark "eth$1" "end of capture"
	for way in in out; do
		eventually grep -aq 'end of capture' "$TMP/eth$1.$way" || fail "tcpdump saw no mark"
		pid=TCPDUMP_$1_$way
		kill "${!pid}"
		wait "${!pid}" || :
		grep -q '^0 packets dropped by kernel' "$TMP/tcpdump.$1.$way" || fail "tcpdump lost packets"
	done
}

# wire N COMMAND ...: wire.py at the far end of eth$N, told who is who there.
wire() {
	lab_isp "$1" "$WIRE" "$2" --mac "${LAB_MAC[$1]}" --peer "${LAB_GATEWAY_MAC[$1]}" \
		--ipv4 "${LAB_IPV4[$1]}" --ipv6 "${LAB_IPV6[$1]}" "${@:3}"
}

# judged N [OPTIONS]: every reply in the capture of eth$N is right, byte for byte, none is missing,
# and none is there that should not be. Leaves the counters that follow from it in $TMP/judged.
judged() {
	wire "$1" judge "${@:2}" "$TMP/eth$1.out" "$TMP/eth$1.in" >"$TMP/judged" 2>"$TMP/err" ||
		fail "on the wire of eth$1: $(cat "$TMP/err")"
}

# --- set-up ------------------------------------------------------------------------------------

[ "$(id -u)" -eq 0 ] || skip "needs root"
[ -x "$XDP_ECHO" ] || fail "$XDP_ECHO is missing; run: make"
