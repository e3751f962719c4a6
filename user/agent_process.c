// SPDX-License-Identifier: GPL-2.0-only
/* agent_process.c - see agent_process.h. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

#include "agent_process.h"

/* Of the command's descriptors the agent needs the channel alone; its lock above all must go. */
static int keep_only(int channel)
{
	if (channel != 3) {
		if (dup2(channel, 3) < 0)
			return -errno;
		channel = 3;
	}
	close_range(4, ~0U, 0);
	return channel;
}

static void detach_from_terminal(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int fd = 0; null >= 0 && fd < 3; fd++)
		dup2(null, fd);
	if (null > 2)
		close(null);
}

/* Without the handlers and buffers of the process that it was forked from. */
static void __attribute__((noreturn)) end(int status)
{
#ifdef __SANITIZE_ADDRESS__
	__lsan_do_leak_check(); /* which is such a handler */
#endif
	_exit(status);
}

static void __attribute__((noreturn))
become_agent(const struct invocation *invocation, const char *interface, int channel)
{
	setsid();
	if (chdir("/"))
		_exit(1);
	channel = keep_only(channel);
	if (!invocation->foreground)
		detach_from_terminal();
	end(agent_run(invocation, interface, channel));
}

int agent_spawn(struct agent_process *process, const struct invocation *invocation,
		struct xe_error *error)
{
	const char *interface = process->interface;
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return xe_fail(error, errno, "%s: socketpair: %s", interface, strerror(errno));
	fflush(NULL);
	process->pid = fork();
	if (process->pid < 0) {
		close(pair[0]);
		close(pair[1]);
		return xe_fail(error, errno, "%s: fork: %s", interface, strerror(errno));
	}
	if (process->pid == 0)
		become_agent(invocation, interface, pair[1]);
	close(pair[1]);
	process->channel = pair[0];
	return 0;
}

static int expect(struct agent_process *process, int what, struct xe_error *error)
{
	struct agent_message message;
	ssize_t size;

	do
		size = recv(process->channel, &message, sizeof(message), 0);
	while (size < 0 && errno == EINTR);
	if (size != sizeof(message))
		return xe_fail(error, ECHILD,
			       "%s: its agent ended without a word; see the system log",
			       process->interface);
	if (message.what == AGENT_FAILED)
		return xe_fail(error, message.error.code, "%s", message.error.text);
	return (int)message.what == what
		       ? 0
		       : xe_fail(error, EPROTO, "%s: unexpected message", process->interface);
}

int agent_wait(struct agent_process *process, struct xe_error *error)
{
	return expect(process, AGENT_READY, error);
}

static int tell(struct agent_process *process, int what, struct xe_error *error)
{
	struct agent_message message = {.what = what};

	if (send(process->channel, &message, sizeof(message), MSG_NOSIGNAL) < 0)
		return xe_fail(error, errno, "%s: its agent has ended: %s", process->interface,
			       strerror(errno));
	return 0;
}

static void hang_up(struct agent_process *process)
{
	if (process->channel >= 0)
		close(process->channel);
	process->channel = -1;
}

int agent_keep(struct agent_process *process, struct xe_error *error)
{
	int err = tell(process, AGENT_KEEP, error);

	if (!err)
		err = expect(process, AGENT_KEPT, error);
	hang_up(process);
	return err;
}

void agent_undo(struct agent_process *process)
{
	struct agent_message message;
	struct xe_error ignored = {};

	if (process->pid <= 0)
		return;
	if (process->channel >= 0) {
		tell(process, AGENT_UNDO, &ignored);
		/* it hangs up when all is as before, and may live on as the earlier agent */
		while (recv(process->channel, &message, sizeof(message), 0) > 0)
			;
	}
	hang_up(process);
}

static bool ended(int process, int milliseconds)
{
	struct pollfd pollfd = {.fd = process, .events = POLLIN};

	return poll(&pollfd, 1, milliseconds) == 1;
}

static int end_process(int process)
{
	if (pidfd_send_signal(process, SIGTERM, NULL, 0))
		return errno == ESRCH ? 0 : -errno;
	/* one that was stopped hears it, too */
	pidfd_send_signal(process, SIGCONT, NULL, 0);
	if (ended(process, 5000))
		return 0;
	pidfd_send_signal(process, SIGKILL, NULL, 0);
	return ended(process, 2000) ? 0 : -EBUSY;
}

int agent_end(const struct store *store, struct xe_error *error)
{
	pid_t pid = store_agent(store);
	int process, err;

	if (!pid)
		return 0;
	process = pidfd_open(pid, 0);
	if (process < 0 && errno == ESRCH)
		return 0;
	/* its end, not only that of its lock: detach leaves no process behind */
	err = process < 0 ? -errno : end_process(process);
	if (process >= 0)
		close(process);
	if (err)
		return xe_fail(error, -err, "%s: cannot end agent %d: %s", store->interface, pid,
			       strerror(-err));
	return 0;
}

int agent_reload(const struct store *store, struct xe_error *error)
{
	const struct timespec pause = {.tv_nsec = 1000000};
	__u32 generation = store->state->info.generation;
	pid_t pid = store_agent(store);

	if (!pid)
		return 0;
	if (kill(pid, SIGHUP))
		return xe_fail(error, errno, "%s: cannot reach agent %d: %s", store->interface, pid,
			       strerror(errno));
	for (int tries = 5000; tries > 0; tries--) {
		if (__atomic_load_n(&store->state->info.generation, __ATOMIC_ACQUIRE) != generation)
			return 0;
		if (store_agent(store) != pid) /* it was ending: nobody is left to obey */
			return 0;
		nanosleep(&pause, NULL);
	}
	return xe_fail(error, ETIMEDOUT, "%s: agent %d does not answer", store->interface, pid);
}
