// SPDX-License-Identifier: GPL-2.0-only
/* netns.c - see netns.h. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "netns.h"

#define NAMES "/run/netns"

static bool is_name(const char *name)
{
	return name[0] && !strchr(name, '/') && strcmp(name, ".") && strcmp(name, "..");
}

int netns_enter(const char *name, struct xe_error *error)
{
	char path[PATH_MAX];
	int fd, err = 0;

	if (!is_name(name))
		return xe_fail(error, EINVAL, "netns \"%s\": not a name", name);
	snprintf(path, sizeof(path), NAMES "/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return xe_fail(error, errno,
			       "netns \"%s\": %s; `ip netns list` shows those that "
			       "there are",
			       name, strerror(errno));
	if (setns(fd, CLONE_NEWNET))
		err = xe_fail(error, errno, "netns \"%s\": cannot enter: %s%s", name,
			      strerror(errno), errno == EPERM ? "; run as root" : "");
	close(fd);
	return err;
}

static bool is_ours(const char *path, const struct stat *ours)
{
	struct stat there;

	return stat(path, &there) == 0 && there.st_ino == ours->st_ino &&
	       there.st_dev == ours->st_dev;
}

static bool find_name(const struct stat *ours, char *name, size_t size)
{
	DIR *directory = opendir(NAMES);
	struct dirent *entry;
	bool found = false;

	while (directory && !found && (entry = readdir(directory))) {
		char path[PATH_MAX];

		snprintf(path, sizeof(path), NAMES "/%s", entry->d_name);
		if (entry->d_name[0] == '.' || !is_ours(path, ours))
			continue;
		snprintf(name, size, "%s", entry->d_name);
		found = true;
	}
	if (directory)
		closedir(directory);
	return found;
}

int netns_identify(char *name, size_t size, struct xe_error *error)
{
	struct stat ours;

	name[0] = 0;
	if (stat("/proc/self/ns/net", &ours))
		return xe_fail(error, errno, "cannot read /proc/self/ns/net: %s", strerror(errno));
	/* process 1 of a container has the container's namespace: initial enough for us */
	if (is_ours("/proc/1/ns/net", &ours) || find_name(&ours, name, size))
		return 0;
	if (access("/proc/1/ns/net", F_OK) && errno != ENOENT)
		return 0; /* not allowed to look, so not root: nothing can be attached anyway */
	snprintf(name, size, "inode:%lu", (unsigned long)ours.st_ino);
	return 0;
}

int netns_watch(const char *name, struct xe_error *error)
{
	char path[PATH_MAX];
	int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);

	if (fd < 0)
		return xe_fail(error, errno, "inotify: %s", strerror(errno));
	snprintf(path, sizeof(path), NAMES "/%s", name);
	/* ip-netns(8) unmounts the namespace from the file, then removes the file */
	if (inotify_add_watch(fd, path, IN_DELETE_SELF | IN_UNMOUNT) < 0) {
		int err = xe_fail(error, errno, "cannot watch %s: %s", path, strerror(errno));

		close(fd);
		return err;
	}
	return fd;
}
