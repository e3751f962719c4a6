// SPDX-License-Identifier: GPL-2.0-only
/* foreground.c - see foreground.h. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd_detach.h"
#include "foreground.h"
#include "notify.h"

static int detach_all(const struct invocation *invocation, struct xe_error *error)
{
	int lock = store_lock(error), err = 0;

	if (lock < 0)
		return lock;
	for (int i = 0; i < invocation->interface_count; i++) {
		struct store store;
		int failed = store_locate(&store, invocation->netns, invocation->interfaces[i],
					  false, NULL, error);

		if (!failed)
			failed = detach_one(&store, error);
		if (failed && !err)
			err = failed;
	}
	store_unlock(lock);
	return err;
}

/* An agent that ends by itself has removed its attachment, or was replaced by another attach. */
static int reap(const struct agent_process *agents, int count)
{
	int ended = 0, status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (int i = 0; i < count; i++)
			if (agents[i].pid == pid) {
				fprintf(stderr, "xdp-echo: %s: its agent has ended\n",
					agents[i].interface);
				ended++;
			}
	return ended;
}

int foreground_run(const struct agent_process *agents, const struct invocation *invocation,
		   struct xe_error *error)
{
	int left = invocation->interface_count, signal = 0;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fflush(stdout);
	notify_systemd("READY=1");
	left -= reap(agents, left);
	while (left > 0) {
		if (sigwait(&set, &signal))
			continue;
		if (signal != SIGCHLD)
			break;
		left -= reap(agents, invocation->interface_count);
	}
	if (left <= 0)
		return xe_fail(error, ECHILD, "no agent is left");
	notify_systemd("STOPPING=1");
	return detach_all(invocation, error);
}
