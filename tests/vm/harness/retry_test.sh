#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# tests/vm/run: a machine that does not boot is tried once more, one whose tests fail is not; whatever
# else goes wrong is a failure, too; the table at the end is what the guests said.
# shellcheck source-path=SCRIPTDIR source=../../netns/lib.sh
. "$(dirname "$0")/../../netns/lib.sh"

[ -n "${XE_VM_KERNEL:-}" ] || skip "boots virtual machines; run: make check-vm"
export TMPDIR=$TMP

# A tree with the two programs that tests/vm/run calls. What stands for scripts/vm.sh takes a line of
# $TMP/plan at each boot: `dead` boots a kernel that finds no root, `boot` one that does, and a
# number is the status of a machine that is only pretended.
TREE=$TMP/tree
mkdir -p "$TREE/scripts" "$TREE/tests"
ln -s "$ROOT/scripts/vm" "$TREE/scripts/vm"
cat >"$TREE/scripts/vm.sh" <<END
#!/bin/bash
how=\$(head -n 1 "$TMP/plan")
sed -i 1d "$TMP/plan"
case \$how in
dead) exec "$ROOT/scripts/vm.sh" -a rdinit=/none "\$@" ;;
boot) exec "$ROOT/scripts/vm.sh" "\$@" ;;
*) cat "$TMP/said" && exit "\$how" ;;
esac
END
cat >"$TREE/tests/run" <<END
#!/bin/bash
cat "$TMP/said"
END
chmod +x "$TREE/scripts/vm.sh" "$TREE/tests/run"

# gives STATUS BOOTS-LEFT LINE...: what tests/vm/run ends with, and prints among other things.
gives() {
	local status=0 expected=$1 left=$2 line

	shift 2
	env ROOT="$TREE" KERNELS="$XE_VM_KERNEL" "$ROOT/tests/vm/run" bare >"$TMP/out" 2>&1 || status=$?
	equal "status ($(cat "$TMP/out"))" "$expected" "$status"
	equal "boots that were not needed" "$left" "$(wc -l <"$TMP/plan")"
	for line; do grep -Eq "^$line\$" "$TMP/out" || fail "no line '$line' in: $(cat "$TMP/out")"; done
}

plan() { printf '%s\n' "$@" >"$TMP/plan"; }
said() { printf '%s\n' "$@" >"$TMP/said"; }

name=bare-$XE_VM_KERNEL
passed='PASS vm/bare/some_test (1.0 s)'
failed='FAIL vm/bare/other_test (1.0 s): exit status 1'
skipped='SKIP vm/bare/third_test (1.0 s): no such card'

say "once in vain, and then it boots"
plan dead boot dead
said "$passed" "$skipped" '1 passed, 0 failed, 1 skipped'
gives 0 1 "=== $name \\(.* s, tried twice\\)" "PASS $name: vm/bare/some_test" \
	"SKIP $name: vm/bare/third_test: no such card" '1 passed, 0 failed, 1 skipped'

say "never"
plan 125 125 125
said "init: cannot mount the host's root"
gives 1 1 "FAIL $name: machine: did not boot" '0 passed, 1 failed, 0 skipped'

say "a failing test is not run again"
plan 1 1
said "$passed" "$failed" '1 passed, 1 failed, 0 skipped'
gives 1 1 "FAIL $name: vm/bare/other_test: exit status 1" '1 passed, 1 failed, 0 skipped'

say "no time, a death, an end without a summary, a status that belies it"
for plan in "124 did not end in time" "126 died while its tests ran"; do
	plan "${plan%% *}" 0
	said "$passed"
	gives 1 1 "FAIL $name: machine: ${plan#* }" '1 passed, 1 failed, 0 skipped'
done
plan 0 0
said "$passed"
gives 1 1 "FAIL $name: machine: .*its tests did not end"
plan 3 0
said "$passed" '1 passed, 0 failed, 0 skipped'
gives 1 1 "FAIL $name: machine: exit status 3.*"
plan 0 0
said '0 passed, 0 failed, 0 skipped'
gives 1 1 '0 passed, 0 failed, 0 skipped'

say "the table"
plan 0 0
said $'    RESULT\tsome-card\tauto\tgeneric' $'    RESULT\tsome-card\tnative\tno' "$passed" \
	'1 passed, 0 failed, 0 skipped'
gives 0 1 "some-card +$XE_VM_KERNEL +generic +no"
grep -q "^| some-card | $XE_VM_KERNEL | generic | no |  |  |  |$" "$TREE/build/vm/cards.md" ||
	fail "the table is $(cat "$TREE/build/vm/cards.md")"
