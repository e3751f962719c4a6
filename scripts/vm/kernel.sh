#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# kernel.sh VERSION - fetches one of Debian's kernels with apt, unpacks it into the cache, and
# prints the directory that holds it. Nothing is installed; what is cached is not fetched again.
# It is the newest that apt knows, or the newest in the cache where that cannot be fetched.
#
# VERSION is 6.1, 6.12, or the full one, as in the name of the package. The directory holds
# `vmlinux` and `initrd` to boot from, and the modules under lib/modules.
set -eu
shopt -s inherit_errexit

CACHE=${XE_VM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/xdp-echo/vm}
HERE=$(cd "$(dirname "$0")" && pwd)

# All that the guest needs to reach the host's root file system.
BOOT_MODULES="virtio_pci virtio_console 9pnet_virtio 9p overlay"

fail() {
	echo "kernel.sh: $*" >&2
	exit 1
}

# The full, signed flavour, and the newest of it; the flavours cloud and rt lack most cards.
package_pattern() {
	case $1 in
	6.1) echo '^linux-image-6\.1\.0-[0-9]+-amd64$' ;;
	6.12) echo '^linux-image-6\.12\.[0-9]+\+deb12-amd64$' ;;
	*) echo "^linux-image-$1\$" | sed 's/[.+]/\\&/g' ;;
	esac
}

newest() { grep -E "$(package_pattern "$1")" | sort -V | tail -n 1; }

packages_of_apt() { apt-cache pkgnames linux-image- | newest "$1"; }

packages_of_cache() {
	find "$CACHE" -maxdepth 2 -path '*/linux-image-*/ready' -printf '%P\n' |
		sed 's,/ready$,,' | newest "$1"
}

find_package() {
	local package

	package=$(packages_of_apt "$1")
	[ -n "$package" ] || package=$(packages_of_cache "$1")
	[ -n "$package" ] || {
		apt-get -qq update >&2
		package=$(packages_of_apt "$1")
	}
	[ -n "$package" ] || fail "apt knows no kernel $1 ($(package_pattern "$1"))"
	echo "$package"
}

ready() { [ -e "$CACHE/$1/ready" ]; }

# fetch PACKAGE: its file, into $CACHE/download.
fetch() {
	echo "kernel.sh: fetching $1" >&2
	rm -rf "$CACHE/download"
	mkdir "$CACHE/download"
	(cd "$CACHE/download" && apt-get -qq -o APT::Sandbox::User=root download "$1" >&2)
}

# fetch_newest VERSION: prints the package, which is ready or fetched. What apt's lists name may have
# gone from the mirror since they were made.
fetch_newest() {
	local package

	package=$(find_package "$1")
	ready "$package" || fetch "$package" || {
		apt-get -qq update >&2 || :
		package=$(find_package "$1")
		ready "$package" || fetch "$package" || package=$(packages_of_cache "$1")
	}
	[ -n "$package" ] || fail "cannot fetch a kernel $1"
	echo "$package"
}

# The kernel's own bytes out of the bzImage: QEMU starts an ELF image at once (PVH), where the
# emulated CPU would decompress for seconds. Offsets are those of the x86 boot protocol.
extract_vmlinux() {
	local image=$1 setup_sectors offset length unpack

	setup_sectors=$(od -An -tu1 -j497 -N1 "$image")
	read -r offset length < <(od -An -tu4 -j584 -N8 "$image")
	for unpack in 'xz -dc --single-stream' 'zstd -dcq' 'gzip -dc'; do
		tail -c +$(((setup_sectors + 1) * 512 + offset + 1)) "$image" | head -c "$length" |
			$unpack >"$2" 2>/dev/null || :
		[ "$(head -c 4 "$2" | tail -c 3)" != ELF ] || return 0
	done
	fail "cannot unpack $image"
}

# A module's file and those it depends on, in the order in which they must be loaded. One that is
# built into the kernel has none.
module_files() {
	grep -E "/$2\.ko:" "$1/modules.dep" | sed 's/://' | tr ' ' '\n' | tac || :
}

make_initrd() {
	local modules=$1 initrd=$2 module file tree

	tree=$(mktemp -d "$initrd.XXXX")
	mkdir "$tree"/{bin,dev,proc,sys,host,changes,root,modules}
	cp "$(command -v busybox)" "$tree/bin/busybox"
	install -m 0755 "$HERE/init" "$tree/init"
	for module in $BOOT_MODULES; do
		for file in $(module_files "$modules" "$module"); do
			cp "$modules/$file" "$tree/modules/"
			basename "$file" >>"$tree/modules/order"
		done
	done
	(cd "$tree" && find . | cpio -o -H newc --quiet | gzip -1) >"$initrd"
	rm -rf "$tree"
}

prepare() {
	local directory=$2 version=${1#linux-image-} modules

	rm -rf "$directory"
	mkdir "$directory"
	dpkg -x "$CACHE/download"/*.deb "$directory"
	rm -r "$CACHE/download"
	modules=$directory/lib/modules/$version
	find "$modules" -name '*.ko.xz' -print0 | xargs -0r -P2 -n64 xz -d
	busybox depmod -b "$directory" "$version"
	extract_vmlinux "$directory/boot/vmlinuz-$version" "$directory/vmlinux"
	touch "$directory/ready"
}

for tool in apt-get busybox cpio dpkg xz zstd flock; do
	command -v "$tool" >/dev/null || fail "$tool is missing; run: make check-vm"
done
mkdir -p "$CACHE"
exec 9>"$CACHE/lock"
flock 9
package=$(fetch_newest "$1")
directory=$CACHE/$package
ready "$package" || prepare "$package" "$directory"
if [ "$HERE/init" -nt "$directory/initrd" ] || [ "$0" -nt "$directory/initrd" ]; then
	make_initrd "$directory/lib/modules/${package#linux-image-}" "$directory/initrd.new"
	mv "$directory/initrd.new" "$directory/initrd"
fi
echo "$directory"
