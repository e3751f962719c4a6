// SPDX-License-Identifier: GPL-2.0-only
/* store_dir.c - the directories and locks of the store; see store.h. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "bpffs.h"
#include "store.h"
#include "store_dir.h"

#define RUN "/run"
#define OURS "/xdp-echo"
#define NETNS "netns:" /* no interface name has a colon, so no interface is mistaken for one */

/* --- names ----------------------------------------------------------------------------------- */

/* Letters, digits, - and _ stand for themselves, all else is %XX. */
static int encode(char *out, size_t size, const char *name)
{
	size_t used = 0;

	for (const unsigned char *p = (const unsigned char *)name; *p; p++) {
		bool plain = isalnum(*p) || *p == '-' || *p == '_';

		if (used + 4 > size)
			return -ENAMETOOLONG;
		used += sprintf(out + used, plain ? "%c" : "%%%02x", *p);
	}
	out[used] = 0;
	return 0;
}

static int decode(char *out, size_t size, const char *name)
{
	size_t used = 0;

	while (*name) {
		unsigned int byte = (unsigned char)*name;
		int taken = 1;

		if (byte == '%' && (sscanf(name, "%%%2x%n", &byte, &taken) != 1 || taken != 3))
			return -EINVAL;
		if (used + 1 >= size)
			return -ENAMETOOLONG;
		out[used++] = byte;
		name += taken;
	}
	out[used] = 0;
	return 0;
}

static int join(char *path, const char *root, const char *netns, const char *interface)
{
	char encoded_netns[3 * XE_TEXT_MAX] = "", encoded[3 * XE_NAME_MAX];
	int length;

	if (encode(encoded, sizeof(encoded), interface) ||
	    encode(encoded_netns, sizeof(encoded_netns), netns))
		return -ENAMETOOLONG;
	length = snprintf(path, PATH_MAX, "%s" OURS "/%s%s%s%s", root, netns[0] ? NETNS : "",
			  encoded_netns, netns[0] ? "/" : "", encoded);
	return length >= PATH_MAX ? -ENAMETOOLONG : 0;
}

/*
 * Where others may write, as in a bpffs that was mounted with the kernel's default mode of 1777,
 * they might have been there first: with a directory of their own, or a link to somewhere else.
 */
static int check_owner(const char *path, struct xe_error *error)
{
	struct stat status;

	if (lstat(path,
		  &status)) /* not there; or there is no right to look, which others will say */
		return 0;
	if (S_ISDIR(status.st_mode) && (!status.st_uid || status.st_uid == geteuid()) &&
	    !(status.st_mode & (S_IWGRP | S_IWOTH)))
		return 0;
	return xe_fail(error, EPERM,
		       "%s is not a directory that root alone may write to; remove it, and see who "
		       "made it",
		       path);
}

static int check_top(const char *root, struct xe_error *error)
{
	char path[PATH_MAX + sizeof(OURS)];

	snprintf(path, sizeof(path), "%s" OURS, root);
	return check_owner(path, error);
}

/* No bpffs is no error, there are the files under /run; one that is hidden from us is. */
static int find_root(char *root, size_t size, bool mount_bpffs, bool *mounted, bool *found,
		     struct xe_error *error)
{
	struct xe_error no_bpffs = {};
	int err = bpffs_find(root, size, mount_bpffs, mounted, &no_bpffs);

	*found = err == 0;
	if (err == -EXDEV)
		return xe_fail(error, EXDEV, "%s", no_bpffs.text);
	err = *found ? check_top(root, error) : 0;
	return err ? err : check_top(RUN, error);
}

int store_locate(struct store *store, const char *netns, const char *interface, bool mount_bpffs,
		 bool *mounted, struct xe_error *error)
{
	char root[PATH_MAX];
	bool found;
	int err;

	store_init(store);
	snprintf(store->netns, sizeof(store->netns), "%s", netns);
	snprintf(store->interface, sizeof(store->interface), "%s", interface);
	if (join(store->run, RUN, netns, interface))
		return xe_fail(error, ENAMETOOLONG, "%s: name too long", interface);
	err = find_root(root, sizeof(root), mount_bpffs, mounted, &found, error);
	if (err)
		return err;
	if (found && join(store->pins, root, netns, interface))
		return xe_fail(error, ENAMETOOLONG, "%s: name too long", interface);
	return 0;
}

int store_member(char *path, const char *directory, const char *name)
{
	if (!directory[0] || snprintf(path, PATH_MAX, "%s/%s", directory, name) >= PATH_MAX)
		return -ENOENT;
	return 0;
}

/* --- directories ----------------------------------------------------------------------------- */

/* Where in the path our own part begins: at the slash before "xdp-echo". */
static char *our_part(char *path)
{
	char *found = NULL;

	for (char *at = strstr(path, OURS "/"); at; at = strstr(at + 1, OURS "/"))
		found = at;
	return found;
}

static int make_or_check(const char *path, struct xe_error *error)
{
	if (mkdir(path, 0700) == 0)
		return 0;
	if (errno == EEXIST)
		return check_owner(path, error);
	return xe_fail(error, errno, "cannot make %s: %s%s", path, strerror(errno),
		       errno == EACCES || errno == EPERM ? "; run as root" : "");
}

int store_make_directory(const char *path, struct xe_error *error)
{
	char part[PATH_MAX];
	char *end;
	int err = 0;

	snprintf(part, sizeof(part), "%s", path);
	end = our_part(part);
	while (end && !err) {
		end = strchr(end + 1, '/');
		if (end)
			*end = 0;
		err = make_or_check(part, error);
		if (end)
			*end = '/';
	}
	return err;
}

int store_remove_directory(const char *path, struct xe_error *error)
{
	char part[PATH_MAX];
	char *ours;

	if (!path[0])
		return 0;
	snprintf(part, sizeof(part), "%s", path);
	ours = our_part(part);
	if (rmdir(part) && errno != ENOENT)
		return xe_fail(error, errno, "cannot remove %s: %s", part, strerror(errno));
	while (ours && strrchr(part, '/') > ours) {
		*strrchr(part, '/') = 0;
		if (rmdir(part))
			break;
	}
	return 0;
}

static int move(const char *from, const char *to, struct xe_error *error)
{
	if (from[0] && rename(from, to) && errno != ENOENT)
		return xe_fail(error, errno, "cannot rename %s to %s: %s", from, to,
			       strerror(errno));
	return 0;
}

int store_rename(struct store *store, const char *interface, struct xe_error *error)
{
	struct store renamed;
	int err = store_locate(&renamed, store->netns, interface, false, NULL, error);

	if (!err)
		err = move(store->pins, renamed.pins, error);
	if (!err)
		err = move(store->run, renamed.run, error);
	if (err)
		return err;
	memcpy(store->interface, renamed.interface, sizeof(store->interface));
	memcpy(store->pins, renamed.pins, sizeof(store->pins));
	memcpy(store->run, renamed.run, sizeof(store->run));
	return 0;
}

/* --- locks ----------------------------------------------------------------------------------- */

static bool still_there(int fd, const char *path)
{
	struct stat held, now;

	return fstat(fd, &held) == 0 && stat(path, &now) == 0 && held.st_ino == now.st_ino &&
	       held.st_dev == now.st_dev;
}

int store_lock(struct xe_error *error)
{
	for (;;) {
		int err = store_make_directory(RUN OURS "/.", error);
		int lock;

		if (err)
			return err;
		lock = open(RUN OURS, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
		if (lock < 0 && errno == ENOENT)
			continue;
		if (lock < 0)
			return xe_fail(error, errno, "cannot open " RUN OURS ": %s",
				       strerror(errno));
		if (flock(lock, LOCK_EX)) {
			err = xe_fail(error, errno, "cannot lock " RUN OURS ": %s",
				      strerror(errno));
			close(lock);
			return err;
		}
		if (still_there(lock, RUN OURS)) /* else the last holder removed it meanwhile */
			return lock;
		close(lock);
	}
}

void store_unlock(int lock)
{
	if (lock < 0)
		return;
	rmdir(RUN OURS); /* if nothing is attached */
	close(lock);
}

static int agent_file(const struct store *store, int flags)
{
	char path[PATH_MAX + 8];

	snprintf(path, sizeof(path), "%s/agent", store->run);
	return open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0600);
}

int store_lock_agent(const struct store *store, int seconds, struct xe_error *error)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	const struct timespec pause = {.tv_nsec = 2000000};
	int fd, err = store_make_directory(store->run, error); /* /run may have been cleaned */

	if (err)
		return err;
	fd = agent_file(store, O_RDWR | O_CREAT);
	if (fd < 0)
		return xe_fail(error, errno, "%s: cannot make %s/agent: %s", store->interface,
			       store->run, strerror(errno));
	for (int tries = seconds * 500; fcntl(fd, F_SETLK, &lock); tries--) {
		if (tries <= 0) {
			close(fd);
			return xe_fail(error, EBUSY, "%s: agent %d does not end", store->interface,
				       store_agent(store));
		}
		nanosleep(&pause, NULL);
	}
	return fd;
}

pid_t store_agent(const struct store *store)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int fd = agent_file(store, O_RDONLY); /* to ask is to read: readers may not write */
	pid_t pid = 0;

	if (fd < 0)
		return 0;
	if (fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK)
		pid = lock.l_pid;
	close(fd);
	return pid;
}

/* --- listing --------------------------------------------------------------------------------- */

struct listing {
	struct store *stores;
	size_t count, room;
	const char *root; /* of bpffs, or NULL */
};

static bool listed(const struct listing *listing, const struct store *store)
{
	for (size_t i = 0; i < listing->count; i++)
		if (!strcmp(listing->stores[i].run, store->run))
			return true;
	return false;
}

static int add(struct listing *listing, const char *netns, const char *encoded)
{
	char interface[XE_NAME_MAX];
	struct store store;

	if (decode(interface, sizeof(interface), encoded))
		return 0; /* not ours */
	store_init(&store);
	snprintf(store.netns, sizeof(store.netns), "%s", netns);
	snprintf(store.interface, sizeof(store.interface), "%s", interface);
	if (join(store.run, RUN, netns, interface) ||
	    (listing->root && join(store.pins, listing->root, netns, interface)))
		return 0;
	if (listed(listing, &store))
		return 0;
	if (listing->count == listing->room) {
		size_t room = listing->room ? 2 * listing->room : 16;
		struct store *more = reallocarray(listing->stores, room, sizeof(*more));

		if (!more)
			return -ENOMEM;
		listing->stores = more;
		listing->room = room;
	}
	listing->stores[listing->count++] = store;
	return 0;
}

/* Lists one directory: of interfaces, and at the top also of namespaces. */
static int list_directory(struct listing *listing, const char *path, const char *netns, bool top)
{
	DIR *directory = opendir(path);
	struct dirent *entry;
	int err = 0;

	if (!directory)
		return errno == ENOENT ? 0 : -errno;
	while (!err && (entry = readdir(directory))) {
		char below[PATH_MAX], name[XE_TEXT_MAX];

		if (entry->d_name[0] == '.')
			continue;
		if (strncmp(entry->d_name, NETNS, strlen(NETNS))) {
			err = add(listing, netns, entry->d_name);
			continue;
		}
		if (!top || decode(name, sizeof(name), entry->d_name + strlen(NETNS)) ||
		    snprintf(below, sizeof(below), "%s/%s", path, entry->d_name) >=
			    (int)sizeof(below))
			continue;
		err = list_directory(listing, below, name, false);
	}
	closedir(directory);
	return err;
}

static int by_name(const void *a, const void *b)
{
	const struct store *one = a, *two = b;
	int order = strcmp(one->netns, two->netns);

	return order ? order : strverscmp(one->interface, two->interface);
}

static void keep_namespace(struct listing *listing, const char *netns)
{
	size_t kept = 0;

	for (size_t i = 0; i < listing->count; i++)
		if (!strcmp(listing->stores[i].netns, netns))
			listing->stores[kept++] = listing->stores[i];
	listing->count = kept;
}

int store_list(const char *netns, struct store **list, size_t *count, struct xe_error *error)
{
	struct listing listing = {};
	char root[PATH_MAX], path[PATH_MAX + sizeof(OURS)];
	bool found;
	int err;

	err = find_root(root, sizeof(root), false, NULL, &found, error);
	if (err)
		return err;
	if (found) {
		listing.root = root;
		snprintf(path, sizeof(path), "%s" OURS, root);
		err = list_directory(&listing, path, "", true);
		if (err)
			goto out;
	}
	err = list_directory(&listing, RUN OURS, "", true);
	if (err)
		goto out;
	if (netns)
		keep_namespace(&listing, netns);
	if (listing.count)
		qsort(listing.stores, listing.count, sizeof(*listing.stores), by_name);
	*list = listing.stores;
	*count = listing.count;
	return 0;
out:
	free(listing.stores);
	return xe_fail(error, -err, "cannot list what is attached: %s%s", strerror(-err),
		       err == -EACCES ? "; run as root" : "");
}
