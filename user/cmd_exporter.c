// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_exporter.c - `xdp-echo exporter`: hands over to the program that serves HTTP, so that HTTP
 * and TLS libraries are in no other process.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "exporter_options.h"

#define PROGRAM "xdp-echo-exporter"

/* Beside this program, as it was built. */
static int beside_us(char *path, size_t size)
{
	ssize_t length = readlink("/proc/self/exe", path, size - 1);
	char *slash;

	if (length < 0)
		return -errno;
	path[length] = 0;
	slash = strrchr(path, '/');
	if (!slash || slash + 1 + strlen(PROGRAM) >= path + size)
		return -ENAMETOOLONG;
	strcpy(slash + 1, PROGRAM);
	return 0;
}

static int run(struct invocation *invocation, struct xe_error *error)
{
	char path[PATH_MAX];

	if (beside_us(path, sizeof(path)) == 0)
		execv(path, invocation->argv);
	if (errno == ENOENT)
		execv(XE_LIBEXECDIR "/" PROGRAM, invocation->argv);
	return xe_fail(error, errno,
		       "exporter: cannot run " PROGRAM
		       ": %s; it is looked for beside xdp-echo, and "
		       "in " XE_LIBEXECDIR,
		       strerror(errno));
}

const struct command command_exporter = {
	.name = "exporter",
	.arguments = "",
	.help = EXPORTER_HELP,
	.options = exporter_options,
	.run = run,
};
