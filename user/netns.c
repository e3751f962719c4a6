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
#define OURS "/proc/thread-self/ns/net"

/* One path component, not too long to be one. */
static bool is_name(const char *name)
{
	return name[0] && strlen(name) <= NAME_MAX && !strchr(name, '/') && strcmp(name, ".") &&
	       strcmp(name, "..");
}

static int fail_enter(const char *name, int code, struct xe_error *error)
{
	if (code == ENOENT)
		return xe_fail(error, code,
			       "netns \"%s\": no such network namespace; `ip netns list` shows "
			       "those that are there, `ip netns add %s` makes it",
			       name, name);
	if (code == EINVAL)
		return xe_fail(error, code,
			       "netns \"%s\": %s/%s is left over from a namespace that is gone; "
			       "`ip netns delete %s` removes it",
			       name, NAMES, name, name);
	return xe_fail(error, code, "netns \"%s\": cannot enter: %s%s", name, strerror(code),
		       code == EPERM || code == EACCES ? "; run as root" : "");
}

int netns_enter(const char *name, struct xe_error *error)
{
	char path[PATH_MAX];
	int fd, err = 0;

	if (!is_name(name))
		return xe_fail(error, ENOENT,
			       "netns \"%.64s\": not the name of a network namespace; `ip netns "
			       "list` shows those that are there",
			       name);
	snprintf(path, sizeof(path), NAMES "/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fail_enter(name, errno, error);
	if (setns(fd, CLONE_NEWNET))
		err = fail_enter(name, errno, error);
	close(fd);
	return err;
}

int netns_open(struct xe_error *error)
{
	int home = open(OURS, O_RDONLY | O_CLOEXEC);

	return home < 0 ? xe_fail(error, errno, "cannot see the network namespace: %s",
				  strerror(errno))
			: home;
}

int netns_return(int home, struct xe_error *error)
{
	int err = 0;

	if (setns(home, CLONE_NEWNET))
		err = xe_fail(error, errno, "cannot return to the network namespace: %s",
			      strerror(errno));
	close(home);
	return err;
}

static bool is_same(const char *path, const struct stat *ours)
{
	struct stat there;

	return stat(path, &there) == 0 && there.st_ino == ours->st_ino &&
	       there.st_dev == ours->st_dev;
}

/*
 * Process 1's namespace; in a container, the container's. Where process 1 has
 * more privileges than we, it may not be looked at: then the namespace is the
 * initial one if it holds a setting that the kernel has once only.
 */
static bool is_initial(const struct stat *ours)
{
	struct stat first;

	if (stat("/proc/1/ns/net", &first) == 0)
		return first.st_ino == ours->st_ino && first.st_dev == ours->st_dev;
	return access("/proc/sys/net/core/netdev_max_backlog", F_OK) == 0;
}

static bool find_name(const struct stat *ours, char *name, size_t size)
{
	DIR *directory = opendir(NAMES);
	struct dirent *entry;
	bool found = false;

	while (directory && !found && (entry = readdir(directory))) {
		char path[PATH_MAX];

		snprintf(path, sizeof(path), NAMES "/%s", entry->d_name);
		found = is_name(entry->d_name) && is_same(path, ours);
		if (found)
			snprintf(name, size, "%s", entry->d_name);
	}
	if (directory)
		closedir(directory);
	return found;
}

int netns_identify(char *name, size_t size, struct xe_error *error)
{
	struct stat ours;

	name[0] = 0;
	if (stat(OURS, &ours))
		return xe_fail(error, errno, "cannot read " OURS ": %s", strerror(errno));
	if (!is_initial(&ours) && !find_name(&ours, name, size))
		snprintf(name, size, "inode:%lu", (unsigned long)ours.st_ino);
	return 0;
}

/*
 * The directory is watched, not the name: what the name shows is the namespace
 * mounted over a file, and of its file nothing is told. ip-netns(8) unmounts
 * the one, then deletes the other.
 */
int netns_watch(const char *name, struct xe_error *error)
{
	char path[PATH_MAX];
	int fd, err;

	snprintf(path, sizeof(path), NAMES "/%s", name);
	if (!is_name(name) || access(path, F_OK))
		return xe_fail(error, ENOENT, "netns \"%s\": not under " NAMES, name);
	fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (fd >= 0 && inotify_add_watch(fd, NAMES, IN_DELETE | IN_MOVED_FROM | IN_ONLYDIR) >= 0)
		return fd;
	err = xe_fail(error, errno, "netns \"%s\": cannot watch " NAMES ": %s%s", name,
		      strerror(errno),
		      errno == EMFILE || errno == ENOSPC
			      ? "; raise fs.inotify.max_user_instances and max_user_watches"
			      : "");
	if (fd >= 0)
		close(fd);
	return err;
}

bool netns_is_gone(int watch, const char *name)
{
	char events[4096], path[PATH_MAX];
	struct stat ours;

	while (read(watch, events, sizeof(events)) > 0)
		; /* which name it was does not matter: it may have been given again since */
	snprintf(path, sizeof(path), NAMES "/%s", name);
	return stat(OURS, &ours) == 0 && !is_same(path, &ours);
}
