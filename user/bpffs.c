// SPDX-License-Identifier: GPL-2.0-only
/* bpffs.c - see bpffs.h. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <mntent.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "bpffs.h"

#define MOUNT_POINT "/sys/fs/bpf"
#define OF_PROCESS_1 "/proc/1/root" MOUNT_POINT

static bool is_bpffs(const char *path)
{
	struct statfs status;

	return statfs(path, &status) == 0 && (unsigned long)status.f_type == BPF_FS_MAGIC;
}

/*
 * `ip netns exec` gives its command a mount namespace with a /sys of its own,
 * which names the network namespace as its source. What is mounted there ends
 * with the command. Writes the name; false if we are not in one.
 */
static bool in_netns_exec(char *name, size_t size)
{
	FILE *mounts = setmntent("/proc/self/mounts", "r");
	char path[PATH_MAX] = "";
	struct mntent *mount;

	while (mounts && (mount = getmntent(mounts))) {
		if (strcmp(mount->mnt_dir, "/sys") != 0)
			continue; /* of several, the last lies on top */
		snprintf(path, sizeof(path), "/run/netns/%s", mount->mnt_fsname);
		snprintf(name, size, "%s", mount->mnt_fsname);
	}
	if (mounts)
		endmntent(mounts);
	return path[0] && access(path, F_OK) == 0;
}

static int use(const char *found, char *path, size_t size, struct xe_error *error)
{
	if (snprintf(path, size, "%s", found) >= (int)size)
		return xe_fail(error, ENAMETOOLONG, "%s: path too long", found);
	return 0;
}

/*
 * Process 1's bpffs, by a descriptor that stays open as long as this process
 * runs: the path to it needs privileges that an agent drops long before it
 * removes its pins. A forked child, which may close what it inherits, opens its own.
 */
static bool open_process_1(char *path, size_t size)
{
	static int directory = -1;
	static pid_t opener;

	if (opener != getpid()) {
		if (!is_bpffs(OF_PROCESS_1))
			return false;
		directory = open(OF_PROCESS_1, O_PATH | O_DIRECTORY | O_CLOEXEC);
		opener = getpid();
	}
	snprintf(path, size, "/proc/self/fd/%d", directory);
	return directory >= 0;
}

static int fail_mount(int code, struct xe_error *error)
{
	const char *advice = "";

	if (code == EPERM || code == EACCES)
		advice = "; run as root";
	else if (code == ENODEV)
		advice = "; this kernel has no BPF file system (CONFIG_BPF_SYSCALL)";
	return xe_fail(error, code, "cannot mount bpffs at " MOUNT_POINT ": %s%s", strerror(code),
		       advice);
}

int bpffs_find(char *path, size_t size, bool mount_it, bool *mounted, struct xe_error *error)
{
	char netns[NAME_MAX + 1], by_descriptor[32];

	if (is_bpffs(MOUNT_POINT))
		return use(MOUNT_POINT, path, size, error);
	if (in_netns_exec(netns, sizeof(netns))) {
		if (open_process_1(by_descriptor, sizeof(by_descriptor)))
			return use(by_descriptor, path, size, error);
		return xe_fail(error, EXDEV,
			       "`ip netns exec` hides bpffs: instead of `ip netns exec %s xdp-echo "
			       "...` use `xdp-echo --netns %s ...`",
			       netns, netns);
	}
	if (!mount_it)
		return xe_fail(error, ENOENT,
			       "no bpffs at " MOUNT_POINT
			       "; mount it with: mount -t bpf bpf " MOUNT_POINT);
	if (mount("bpf", MOUNT_POINT, "bpf", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0700"))
		return fail_mount(errno, error);
	*mounted = true;
	return use(MOUNT_POINT, path, size, error);
}
