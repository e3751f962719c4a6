// SPDX-License-Identifier: GPL-2.0-only
/* output_file.c - see output_file.h. */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output_file.h"

static int refuse_others(const char *path, struct xe_error *error)
{
	struct stat status;

	if (lstat(path, &status))
		return errno == ENOENT ? 0 : xe_fail(error, errno, "%s: %s", path, strerror(errno));
	if (S_ISREG(status.st_mode))
		return 0;
	return xe_fail(error, EINVAL, "%s: not a regular file; name a file to be replaced", path);
}

/* In the same directory, where rename(2) is atomic; the dot keeps it from being collected. */
static int temporary_name(const char *path, char *temporary, size_t size, struct xe_error *error)
{
	const char *slash = strrchr(path, '/');
	int directory = slash ? slash - path + 1 : 0;

	if (snprintf(temporary, size, "%.*s.%s.XXXXXX", directory, path, path + directory) >=
	    (int)size)
		return xe_fail(error, ENAMETOOLONG, "%s: name too long", path);
	return 0;
}

static int write_all(int fd, const char *data, size_t size)
{
	while (size) {
		ssize_t written = write(fd, data, size);

		if (written < 0 && errno != EINTR)
			return -errno;
		if (written > 0) {
			data += written;
			size -= written;
		}
	}
	return 0;
}

static int replace(const char *path, const void *data, size_t size, struct xe_error *error)
{
	char temporary[PATH_MAX];
	int fd, err = temporary_name(path, temporary, sizeof(temporary), error);

	if (err)
		return err;
	fd = mkstemp(temporary);
	if (fd < 0)
		return xe_fail(error, errno, "%s: cannot make a file beside it: %s", path,
			       strerror(errno));
	err = write_all(fd, data, size);
	if (!err && (fchmod(fd, 0644) || fsync(fd)))
		err = -errno;
	if (close(fd) && !err)
		err = -errno;
	if (!err && rename(temporary, path))
		err = -errno;
	if (!err)
		return 0;
	unlink(temporary);
	return xe_fail(error, -err, "%s: cannot be written: %s", path, strerror(-err));
}

int output_file_write(const char *path, const void *data, size_t size, struct xe_error *error)
{
	sigset_t ends, before;
	int err = refuse_others(path, error);

	if (err)
		return err;
	sigemptyset(&ends); /* ended half-way, it would leave its temporary file behind */
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGHUP);
	sigprocmask(SIG_BLOCK, &ends, &before);
	err = replace(path, data, size, error);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return err;
}
