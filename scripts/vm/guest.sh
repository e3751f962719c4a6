#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# guest.sh - the guest's first process once the host's root is its own: mounts what a booted system
# has, runs the command, writes its status to where the host sees it, and ends the machine.
#
# /run/vm is the control directory that scripts/vm.sh made: busybox, modules (path of the modules'
# directory), writable (directories to share with the host), command, and, from here, up and status.
set -u
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8
export TERM=dumb XE_IN_VM=1

# As udev does; but for network cards alone, for all else costs time.
load_card_drivers() {
	local device

	for device in /sys/bus/pci/devices/*; do
		case $(cat "$device/class") in 0x02*) modprobe -q "$(cat "$device/modalias")" ;; esac
	done
	for device in /sys/bus/virtio/devices/*; do modprobe -q "$(cat "$device/modalias")"; done
}

busybox() { /run/vm/busybox "$@"; }

# The host may have no modules, and no kmod; if it has, kmod wants indices of its own making.
mkdir -p /usr/lib/modules
mount --bind "$(cat /run/vm/modules)" /usr/lib/modules
for tool in modprobe insmod rmmod lsmod; do ln -sf /run/vm/busybox /usr/sbin/$tool; done

mkdir -p /dev/pts /dev/shm /dev/net /run/netns /run/lock
mount -t devpts pts /dev/pts
mount -t tmpfs shm /dev/shm
mount -t tracefs trace /sys/kernel/tracing
mount -t cgroup2 cgroup /sys/fs/cgroup
mount -t bpf bpf /sys/fs/bpf
ln -s /proc/self/fd /dev/fd
modprobe tun
load_card_drivers
busybox hostname vm
ip link set lo up
stty raw -echo -F /dev/hvc0

number=0
while read -r directory; do
	mkdir -p "$directory"
	mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,cache=mmap "writable$number" "$directory"
	number=$((number + 1))
done < <(cat /run/vm/writable 2>/dev/null)

echo up >/run/vm/up
bash /run/vm/command </dev/null >/dev/hvc0 2>&1
status=$?
sync
sleep 0.1 # what the console still holds
echo $status >/run/vm/status
echo 1 >/proc/sys/kernel/sysrq
echo b >/proc/sysrq-trigger
