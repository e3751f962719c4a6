#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# stats --watch: on a terminal of any size, without one, and as JSON; interfaces come and go.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
SCREEN=$ROOT/scripts/screen.py
export LC_ALL=C.UTF-8
SPARK='[▁▂▃▄▅▆▇█]'
new_lab
xe attach eth0 eth1 >/dev/null
silent client0 "${LAB_IPV4[0]}" -c 5 -P 53
load_start client0 "${LAB_IPV4[0]}" -i 0.02

# --- on a terminal -----------------------------------------------------------------------------

# screen SIZE STEPS OPTIONS...: leaves what the terminal showed in $TMP/screen
screen() {
	TERM=xterm timeout 30 "$SCREEN" "$1" "$2" "$XDP_ECHO" --netns "$LAB-host" \
		stats --watch 0.2 "${@:3}" >"$TMP/screen" || fail "screen.py: $(cat "$TMP/screen")"
}

# shown N PATTERN: line by line, on the Nth screen
shown() { jq -r ".screens[$1].lines[]" "$TMP/screen" | grep -Eq -- "$2"; }
sees() { shown "$1" "$2" || fail "no '$2' on this screen: $(jq -r ".screens[$1].lines[]" "$TMP/screen")"; }

screen 120x30 1.5,^C
sees 0 '^ xdp-echo  [0-9:]{8}  netns t.*-host  packets per second, every 0.2 s  q quits$'
sees 0 "^ eth0 +native +[1-9][0-9.]* +[1-9][0-9.]* +0 +0 +$SPARK+\$"
sees 0 '^   total +[0-9,]+ +[0-9,]+ +5 +[0-9]+   peak [0-9.]+$'
sees 0 '^ eth1 +native +0 +0 +0 +0 +▁+$'
sees 0 '^ all 2 '
sees 0 '^ eth0 +dropped  source_port +0 +5   source port is served or below 1024'
equal "screen while it runs" '[true,false,false]' "$(jq -c '.screens[0] | [.alternate, .cursor, .wraps]' "$TMP/screen")"
equal "screen afterwards" '[false,true,true]' "$(jq -c '.screens[-1] | [.alternate, .cursor, .wraps]' "$TMP/screen")"
equal "status after Ctrl-C" 0 "$(jq .status "$TMP/screen")"
sees -1 "^eth0 \\(netns $LAB-host\\), native$"
sees -1 '^  dropped  source_port +5  '
shown -1 'replies +[1-9]' || fail "no totals after Ctrl-C"

screen 80x24 1,60x12,0.8,40x6,0.8,200x50,0.8,3x2,0.8,q eth0
sees 0 "^ eth0 +native +[1-9].* $SPARK+\$"
sees 1 '^ eth0 '
sees 2 '^ eth0 '
sees 3 "^ eth0 +native +[1-9].* $SPARK+\$"
! shown 3 eth1 || fail "shows eth1, too"
equal "status after q" 0 "$(jq .status "$TMP/screen")"
jq -e '.screens[0].styles | index("36")' "$TMP/screen" >/dev/null || fail "no colour"
NO_COLOR=1 screen 80x24 1,q
jq -e '.screens[0].styles - ["0", "1", "2"] == []' "$TMP/screen" >/dev/null || fail "colours: NO_COLOR"
TERM=xterm LC_ALL=C "$SCREEN" 80x24 1,q "$XDP_ECHO" --netns "$LAB-host" stats --watch=0.2 >"$TMP/screen"
sees 0 '^ eth0 +native +[1-9].* [_.:=+*#-]+$'
TERM=dumb "$SCREEN" 80x24 1.5,^C "$XDP_ECHO" --netns "$LAB-host" stats --watch 0.5 >"$TMP/screen"
sees 0 '^[0-9:]{8} eth0 .*native requests'

# --- without one -------------------------------------------------------------------------------

watch_start() { # OPTIONS...
	: >"$TMP/watch"
	"$XDP_ECHO" --netns "$LAB-host" stats --watch 0.2 "$@" >>"$TMP/watch" 2>"$TMP/err" &
	WATCH=$!
	CHILDREN+=("$WATCH")
}

watch_stop() {
	kill -TERM "$WATCH"
	wait "$WATCH" || fail "stats --watch ends with $?: $(cat "$TMP/err")"
}

watch_start
eventually grep -Eq ' eth0 \(netns .*\) native requests [1-9].* replies [1-9]' "$TMP/watch" || fail "$(cat "$TMP/watch")"
xe detach eth1
: >"$TMP/watch"
has_gone() { [ "$(tail -3 "$TMP/watch" | grep -c ' eth0 ')" = 3 ]; }
eventually has_gone || fail "eth1 is still shown: $(tail -3 "$TMP/watch")"
xe attach eth1 >/dev/null
eventually grep -q ' eth1 ' "$TMP/watch" || fail "eth1 does not come back"
kill -KILL "$(query eth1 .agent.pid)"
eventually grep -q ' eth1 .* agent not running$' "$TMP/watch" || fail "the agent's death is not shown"
mkdir "$BPFFS/xdp-echo/netns:$LAB-host/old0"
bpftool map create "$BPFFS/xdp-echo/netns:$LAB-host/old0/state" type array key 4 value 64 entries 1 \
	name older flags 0x400
eventually grep -q ' old0 .* cannot be read: ' "$TMP/watch" || fail "a broken pin is not shown"
rm -r "$BPFFS/xdp-echo/netns:$LAB-host/old0"
watch_stop
grep -q '^eth1 (netns .*), native$' "$TMP/watch" || fail "no totals: $(tail "$TMP/watch")"

watch_start eth0 --json
has_ticks() { [ "$(wc -l <"$TMP/watch")" -ge "$1" ]; }
eventually has_ticks 3 || fail "no JSON"
load_stop
eventually has_ticks $(($(wc -l <"$TMP/watch") + 2)) || fail "it stands still"
watch_stop
jq -es 'all(.schema_version == 1) and ([.[].last] | index(true)) == length - 1' "$TMP/watch" >/dev/null ||
	fail "JSON Lines: $(cat "$TMP/watch")"
equal "interfaces in JSON" '["eth0"]' "$(jq -sc '[.[].interfaces[].interface] | unique' "$TMP/watch")"
jq -es 'any(.interfaces[0].rates.requests > 0)' "$TMP/watch" >/dev/null || fail "no rates"
equal "the last totals" "$(counter eth0 requests)" \
	"$(tail -1 "$TMP/watch" | jq '.interfaces[0].counters.requests')"
equal "totals in any order but upwards" true "$(jq -s '[.[].interfaces[0].counters.requests] | . == sort' "$TMP/watch")"

# --- bad input ---------------------------------------------------------------------------------

xe detach --all
refused 1 'eth0: not attached' stats --watch eth0
refused 2 'watch "0": must be a number from 0.1 to 86400' stats --watch 0
refused 2 'watch "1e3": must be a number' stats --watch=1e3
refused 2 'watch "": must be a number' stats --watch=
