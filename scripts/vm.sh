#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# vm.sh - boots one of Debian's kernels in QEMU and runs a command there, as root, in the host's own
# file system. The guest sees the root read-only; what it writes goes to memory and is gone with it.
#
#   scripts/vm.sh [OPTIONS] -- COMMAND [ARGUMENT...]
#
#   -k KERNEL       6.1 (default), 6.12, or a full version of Debian's
#   -c CPUS         1
#   -m MEGABYTES    1024
#   -t SECONDS      the command's time limit, 600
#   -w DIRECTORY    what the guest writes below it stays; repeatable
#   -a ARGUMENTS    added to the kernel command line; repeatable
#   -q ARGUMENTS    added to QEMU's: network cards, mostly
#   -v              show the guest's console afterwards
#
# Exit status: that of the command; 124: it ran out of time; 125: the guest did not boot;
# 126: the guest died while the command ran.
# Environment: XE_VM_CACHE, where kernels are kept; XE_VM_ACCEL, "tcg" unless told: emulation, which
# needs no privilege and no hardware ("kvm" is faster where there is one); XE_VM_BOOT_LIMIT, seconds.
set -eu

ROOT=$(cd "$(dirname "$0")/.." && pwd)
ACCEL=${XE_VM_ACCEL:-tcg,thread=multi}
BOOT_LIMIT=${XE_VM_BOOT_LIMIT:-180}
TIMED_OUT=124 NOT_BOOTED=125 DIED=126

# No mitigations or hardening, for emulation pays dearly for them; no random addresses, or each
# process would be translated anew (four times the time of an exec); no watchdogs, for a guest may
# be held up long; no waiting for grace periods.
KERNEL_ARGUMENTS="console=ttyS0 quiet panic=-1 mitigations=off nopti random.trust_cpu=on \
tsc=reliable nowatchdog rcupdate.rcu_cpu_stall_suppress=1 rcupdate.rcu_expedited=1 \
norandmaps init_on_alloc=0 hardened_usercopy=off apparmor=0 audit=0"
CPU=max,la57=off,smap=off,smep=off,avx=off,avx2=off

kernel=6.1 cpus=1 memory=1024 limit=600 kernel_arguments='' verbose=0
writable=() qemu_arguments=()
qemu='' control=''

fail() {
	echo "vm.sh: $*" >&2
	exit $NOT_BOOTED
}

usage() {
	sed -n 's/^#   /  /p' "$0" >&2
	exit $NOT_BOOTED
}

# shellcheck disable=SC2317 # called by the trap
clean_up() {
	trap - EXIT
	[ -z "$qemu" ] || kill -KILL "$qemu" 2>/dev/null || :
	[ -z "$control" ] || rm -rf "$control"
}

# What guest.sh finds in /run/vm.
make_control() {
	control=$(mktemp -d "${TMPDIR:-/tmp}/xdp-echo-vm.XXXX")
	cp "$(command -v busybox)" "$control/busybox"
	cp "$ROOT/scripts/vm/guest.sh" "$control/guest.sh"
	echo "$1/lib/modules" >"$control/modules"
	[ ${#writable[@]} -eq 0 ] || printf '%s\n' "${writable[@]}" >"$control/writable"
	{
		printf 'cd %q\nexec' "$PWD"
		printf ' %q' "${@:2}"
		echo
	} >"$control/command"
}

# share TAG DIRECTORY [OPTION]
share() { echo "-virtfs local,path=$2,mount_tag=$1,security_model=none,multidevs=remap${3:-}"; }

start() {
	local number=0 directory shares

	shares="$(share host / ,readonly=on) $(share control "$control")"
	for directory in ${writable[@]+"${writable[@]}"}; do
		shares+=" $(share writable$number "$directory")"
		number=$((number + 1))
	done
	# shellcheck disable=SC2086 # a list of words
	setpriv --pdeathsig KILL qemu-system-x86_64 -M q35 -accel "$ACCEL" -cpu "$CPU" \
		-smp "$cpus" -m "$memory" -nodefaults -no-user-config -display none -no-reboot \
		-serial "file:$control/console" \
		-chardev stdio,id=out,signal=off -device virtio-serial-pci,max_ports=2 \
		-device virtconsole,chardev=out $shares \
		${qemu_arguments[@]+"${qemu_arguments[@]}"} \
		-kernel "$1/vmlinux" -initrd "$1/initrd" \
		-append "$KERNEL_ARGUMENTS$kernel_arguments" </dev/null 2>"$control/qemu" &
	qemu=$!
}

running() { kill -0 "$qemu" 2>/dev/null; }

# wait_for FILE SECONDS: until the file is there; false if QEMU ended, or the time did.
wait_for() {
	local deadline=$((SECONDS + $2))

	while [ ! -s "$1" ] && running && [ $SECONDS -lt $deadline ]; do sleep 0.2; done
	[ -s "$1" ]
}

console() {
	cat "$control/qemu"
	tail -n "${1:-40}" "$control/console" 2>/dev/null || :
}

# give_up STATUS TEXT
give_up() {
	console >&2
	echo "vm.sh: $2" >&2
	exit "$1"
}

watch() {
	wait_for "$control/up" "$BOOT_LIMIT" ||
		give_up $NOT_BOOTED "the guest did not boot within $BOOT_LIMIT s"
	if ! wait_for "$control/status" "$limit"; then
		! running || give_up $TIMED_OUT "the command did not end within $limit s"
		give_up $DIED "the guest died while the command ran"
	fi
	wait_for_end
}

# The guest has nothing more to do; the host need not wait long for its reboot.
wait_for_end() {
	local deadline=$((SECONDS + 10))

	while running && [ $SECONDS -lt $deadline ]; do sleep 0.05; done
}

while getopts k:c:m:t:w:a:q:v option; do
	case $option in
	k) kernel=$OPTARG ;;
	c) cpus=$OPTARG ;;
	m) memory=$OPTARG ;;
	t) limit=$OPTARG ;;
	w) writable+=("$(realpath "$OPTARG")") ;;
	a) kernel_arguments+=" $OPTARG" ;;
	q) read -ra words <<<"$OPTARG" && qemu_arguments+=("${words[@]}") ;;
	v) verbose=1 ;;
	*) usage ;;
	esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || usage
command -v qemu-system-x86_64 >/dev/null || fail "qemu-system-x86_64 is missing; run: make check-vm"

trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
directory=$("$ROOT/scripts/vm/kernel.sh" "$kernel") || fail "no kernel $kernel"
make_control "$directory" "$@"
start "$directory"
watch
[ $verbose = 0 ] || console 200 >&2
exit "$(cat "$control/status")"
