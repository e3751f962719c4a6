// SPDX-License-Identifier: GPL-2.0-only
/* bpffs.c - see bpffs.h. */
#include <errno.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "bpffs.h"

#define MOUNT_POINT "/sys/fs/bpf"
#define OF_PROCESS_1 "/proc/1/root" MOUNT_POINT

static bool is_bpffs(const char *path)
{
	struct statfs status;

	return statfs(path, &status) == 0 && (unsigned long)status.f_type == BPF_FS_MAGIC;
}

/* `ip netns exec` gives its command a mount namespace and a /sys of its own, which die with it. */
static bool in_passing_mount_namespace(void)
{
	struct stat ours, first;

	return stat("/proc/self/ns/mnt", &ours) == 0 && stat("/proc/1/ns/mnt", &first) == 0 &&
	       ours.st_ino != first.st_ino;
}

static int use(const char *found, char *path, size_t size, struct xe_error *error)
{
	if (snprintf(path, size, "%s", found) >= (int)size)
		return xe_fail(error, ENAMETOOLONG, "%s: path too long", found);
	return 0;
}

int bpffs_find(char *path, size_t size, bool mount_it, bool *mounted, struct xe_error *error)
{
	if (is_bpffs(MOUNT_POINT))
		return use(MOUNT_POINT, path, size, error);
	if (in_passing_mount_namespace() && is_bpffs(OF_PROCESS_1))
		return use(OF_PROCESS_1, path, size, error);
	if (!mount_it)
		return xe_fail(error, ENOENT,
			       "no bpffs at " MOUNT_POINT
			       "; mount it with: mount -t bpf bpf " MOUNT_POINT);
	if (mount("bpf", MOUNT_POINT, "bpf", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0700"))
		return xe_fail(error, errno, "cannot mount bpffs at " MOUNT_POINT ": %s",
			       strerror(errno));
	*mounted = true;
	return use(MOUNT_POINT, path, size, error);
}
