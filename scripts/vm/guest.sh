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

busybox() { /run/vm/busybox "$@"; }

# The host may have no kmod, or no modules.
mkdir -p /usr/lib/modules
mount --bind "$(cat /run/vm/modules)" /usr/lib/modules
for tool in modprobe insmod rmmod lsmod; do
	command -v $tool >/dev/null || ln -s /run/vm/busybox /usr/local/sbin/$tool
done

mkdir -p /dev/pts /dev/shm /dev/net /run/netns /run/lock
mount -t devpts pts /dev/pts
mount -t tmpfs shm /dev/shm
mount -t tracefs trace /sys/kernel/tracing
mount -t cgroup2 cgroup /sys/fs/cgroup
mount -t bpf bpf /sys/fs/bpf
ln -s /proc/self/fd /dev/fd
modprobe tun
busybox hostname vm
ip link set lo up
stty raw -echo -F /dev/hvc0

number=0
while read -r directory; do
	mkdir -p "$directory"
	mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,cache=mmap "writable$number" "$directory"
	number=$((number + 1))
done </run/vm/writable

echo up >/run/vm/up
bash /run/vm/command </dev/null >/dev/hvc0 2>&1
status=$?
sync
sleep 0.1 # what the console still holds
echo $status >/run/vm/status
echo 1 >/proc/sys/kernel/sysrq
echo b >/proc/sysrq-trigger
