// SPDX-License-Identifier: GPL-2.0-only
/* grace.c - see grace.h. */
#include <errno.h>
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "grace.h"

/*
 * The kernel handles a packet within an RCU read-side section, which
 * MEMBARRIER_CMD_GLOBAL waits for. It is refused under nohz_full, and by seccomp
 * filters that do not know it. Then time has to do: a packet is done within
 * microseconds, and cannot be preempted by a task.
 */
void wait_grace_period(void)
{
	struct timespec ample = {.tv_nsec = 50 * 1000 * 1000};

	if (syscall(__NR_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0) == 0)
		return;
	while (nanosleep(&ample, &ample) < 0 && errno == EINTR)
		;
}
