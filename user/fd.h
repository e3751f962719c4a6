/* SPDX-License-Identifier: GPL-2.0-only */
/* fd.h - a descriptor of a struct: -1 where there is none. */
#ifndef XE_FD_H
#define XE_FD_H

#include <unistd.h>

static inline void fd_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

#endif
