#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# harness_test.sh - proves that tests/run can fail: runs it over directories of tests that
# fail, crash, hang, leave something behind or are not there, and looks at what it says.
set -eu

run=$(dirname "$0")/../run
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failures=0

# fake NAME - a test named NAME in the directory under test; its body comes on stdin
fake() {
	mkdir -p "$dir/tests/unit"
	{ echo '#!/usr/bin/env bash'; cat; } >"$dir/tests/unit/$1_test.sh"
	chmod +x "$dir/tests/unit/$1_test.sh"
}

# expect WHAT STATUS LINE... - runs the harness, wants this exit status and each of these lines
expect() {
	local what=$1 wanted=$2 status=0 line
	shift 2
	ROOT=$dir JOBS=2 "$run" >"$dir/output" 2>&1 || status=$?
	for line; do
		grep -qE "^$line\$" "$dir/output" || { echo "$what: no line '$line'"; status=wrong; }
	done
	if [ "$status" = "$wanted" ]; then
		echo "ok: $what"
	else
		echo "NOT OK: $what: status $status, not $wanted; the harness said:"
		sed 's/^/  | /' "$dir/output"
		failures=$((failures + 1))
	fi
	rm -rf "$dir/tests"
}

expect "a directory without tests fails" 1 "no test was found" "0 passed, 0 failed, 0 skipped"

fake good <<<'echo fine'
expect "a test that passes" 0 "    fine" "PASS unit/good_test .*" "1 passed, 0 failed, 0 skipped"

fake good <<<'exit 0'
fake bad <<<'echo "one is not two"; exit 1'
expect "a test that fails" 1 "    one is not two" "FAIL unit/bad_test .*: exit status 1" \
	"failed: unit/bad_test" "1 passed, 1 failed, 0 skipped"

fake crash <<<'kill -SEGV $$'
expect "a test that crashes" 1 "FAIL unit/crash_test .*: killed by SIGSEGV" \
	"0 passed, 1 failed, 0 skipped"

fake skip <<<'echo starting; echo "no such device here"; exit 77'
expect "a test that is skipped" 0 "SKIP unit/skip_test .*: no such device here" \
	"0 passed, 0 failed, 1 skipped"

fake good <<<'exit 0'
fake slow <<<'exit 1'
echo "unit/slow_test not in our time" >"$dir/excluded"
export EXCLUDED=$dir/excluded
expect "a test that is excluded" 0 "SKIP unit/slow_test .*: not in our time" \
	"1 passed, 0 failed, 1 skipped"
fake good <<<'exit 0'
expect "an excluded test that is not there" 1 "no such test, but excluded: unit/slow_test"
unset EXCLUDED

fake hang <<END
trap 'touch "$dir/cleaned"' EXIT
trap 'exit 1' TERM
sleep 1000 &
wait
END
TIME_LIMIT=1 expect "a test that hangs" 1 "FAIL unit/hang_test .*: did not end within.*" \
	"0 passed, 1 failed, 0 skipped"
[ -e "$dir/cleaned" ] || { echo "NOT OK: the hanging test could not clean up"; failures=1; }
rm -f "$dir/cleaned"

fake daemon <<END
sleep 1000 &
echo \$! >"$dir/pid"
END
expect "a test that leaves a process behind" 1 "FAIL unit/daemon_test .*: left processes behind" \
	"0 passed, 1 failed, 0 skipped"
if kill -0 "$(cat "$dir/pid")" 2>/dev/null; then
	echo "NOT OK: the process that was left behind still runs"
	failures=$((failures + 1))
fi

mkdir -p "$dir/tests/unit" && touch "$dir/tests/unit/absent_test.c"
expect "a test that was not built" 1 "FAIL unit/absent_test .*: cannot be started: .*" \
	"FAIL sanitize/absent_test .*" "0 passed, 2 failed, 0 skipped"

# Interrupted, the harness ends its tests and waits until they have cleaned up.
fake slow <<END
trap 'touch "$dir/cleaned"' EXIT
trap 'exit 1' TERM
touch "$dir/started"
sleep 1000 &
wait
END
ROOT=$dir "$run" >"$dir/output" 2>&1 &
harness=$!
for ((i = 0; i < 500; i++)); do
	[ -e "$dir/started" ] && break
	sleep 0.02
done
kill -TERM "$harness"
status=0
wait "$harness" || status=$?
if [ "$status" -eq 130 ] && [ -e "$dir/cleaned" ]; then
	echo "ok: an interrupted run"
else
	echo "NOT OK: interrupted: status $status, and the test did not clean up"
	failures=$((failures + 1))
fi

[ "$failures" -eq 0 ] || { echo "$failures failed"; exit 1; }
