/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bpffs.h - where the BPF file system is mounted.
 */
#ifndef XE_BPFFS_H
#define XE_BPFFS_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"

/*
 * Writes the path of a bpffs whose pins outlive the caller. Mounts one at
 * /sys/fs/bpf if there is none, and says so in *mounted. `mount_it` false
 * only looks: -ENOENT where there is none.
 *
 * Under `ip netns exec`, which hides it, this is process 1's bpffs; -EXDEV
 * with what to do instead where that is out of reach.
 */
int bpffs_find(char *path, size_t size, bool mount_it, bool *mounted, struct xe_error *error);

#endif
