#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# vmlinux.sh - prints vmlinux.h: from the running kernel's BTF, the types that bpf/ uses.
set -eu

wanted="__u8 __s8 __u16 __s16 __u32 __s32 __u64 __s64 __be16 __be32 __wsum xdp_action xdp_md bpf_map_type"

cat <<'END'
/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vmlinux.h - the kernel types that bpf/ uses, and no others.
 *
 * Made from the running kernel's BTF; to make it again: make vmlinux
 *
 * All of it is UAPI, whose layout is the same on every kernel, so access is not
 * preserved for relocation: that would need a kernel with BTF to load at all.
 */
#ifndef VMLINUX_H
#define VMLINUX_H

typedef _Bool bool;
enum { false = 0, true = 1 };

END

bpftool btf dump file /sys/kernel/btf/vmlinux format c | awk -v wanted="$wanted" '
BEGIN { n = split(wanted, names); for (i = 1; i <= n; i++) want[names[i]] = 1 }
$1 == "typedef" {
	name = $NF; sub(/;$/, "", name)
	if (want[name] && !seen[name]++) print
	# the C names behind the kernel'"'"'s own short ones
	next
}
($1 == "struct" || $1 == "enum") && $3 == "{" && want[$2] && !seen[$2]++ { printf "\n"; copying = 1 }
copying { print }
copying && /^}/ { copying = 0 }
' | sed -E 's/^typedef (u8|u16|u32|u64) /typedef __\1 /'

cat <<'END'

#endif
END
