// SPDX-License-Identifier: GPL-2.0-only
/* call_filter.c - see call_filter.h. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>

#include "call_filter.h"

/* Nothing here makes a process, runs a program, or opens a file for writing. */
static const struct call_rule common[] = {
	/* files */
	{CALL_IF(open, ARGUMENT_BITS(1, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY))},
	{CALL_IF(openat, ARGUMENT_BITS(2, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY))},
	{CALL(close)},
	{CALL(read)},
	{CALL(write)},
	{CALL(pread64)},
	{CALL(lseek)},
	{CALL(fstat)},
	{CALL(stat)},
	{CALL(lstat)},
	{CALL(newfstatat)},
	{CALL(statx)},
	{CALL(statfs)},
	{CALL(fstatfs)},
	{CALL(access)},
	{CALL(faccessat)},
	{CALL(faccessat2)},
	{CALL(getdents64)},
	{CALL(readlink)},
	{CALL(readlinkat)},
	{CALL(fcntl)},
	/* waiting */
	{CALL(poll)},
	{CALL(ppoll)},
	{CALL(epoll_ctl)},
	{CALL(epoll_wait)},
	{CALL(epoll_pwait)},
	{CALL(futex)},
	{CALL(clock_nanosleep)},
	{CALL(nanosleep)},
	{CALL(restart_syscall)},
	/* talking; systemd and the log are told by local sockets */
	{CALL_IF(socket, ARGUMENT(0, AF_UNIX))},
	{CALL(recvfrom)},
	{CALL(recvmsg)},
	{CALL(sendto)},
	{CALL(sendmsg)},
	{CALL(getsockname)},
	{CALL(getsockopt)},
	{CALL(setsockopt)},
	/* memory that cannot be executed */
	{CALL(brk)},
	{CALL(munmap)},
	{CALL(mremap)},
	{CALL(madvise)},
	/* time, random numbers, signals, and what the libraries ask */
	{CALL(clock_gettime)},
	{CALL(gettimeofday)},
	{CALL(getrandom)},
	{CALL(getpid)},
	{CALL(gettid)},
	{CALL(getuid)},
	{CALL(geteuid)},
	{CALL(getrusage)},
	{CALL(prlimit64)},
	{CALL(getrlimit)},
	{CALL(sysinfo)},
	{CALL(sched_getaffinity)},
	{CALL(sched_yield)},
	{CALL(rt_sigaction)},
	{CALL(rt_sigprocmask)},
	{CALL(rt_sigreturn)},
	{CALL(tgkill)}, /* abort(3) */
	{CALL(exit)},
	{CALL(exit_group)},
};

/* The sanitizers' own calls, at the end of a process above all, are none of ours to list. */
#ifdef __SANITIZE_ADDRESS__
#define REFUSED SCMP_ACT_LOG
#else
#define REFUSED SCMP_ACT_ERRNO(EPERM)
#endif

static int add_table(scmp_filter_ctx filter, const struct call_table *table)
{
	int err = 0;

	for (size_t i = 0; !err && i < table->count; i++) {
		const struct call_rule *rule = &table->rules[i];

		err = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, rule->call, rule->conditions,
					     rule->condition);
	}
	return err;
}

/* Logging needs Linux 4.14, the tree libseccomp 2.5: done without where they are not there. */
static int configure(scmp_filter_ctx filter)
{
	(void)seccomp_attr_set(filter, SCMP_FLTATR_CTL_LOG, 1);
	(void)seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	/* its arguments are in memory, where no filter sees them; "not there" makes the C library
	 * take clone(2) */
	(void)seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
	return seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
}

int call_filter_load(const struct call_table *tables, size_t count, struct xe_error *error)
{
	static const struct call_table shared = CALL_TABLE(common);
	scmp_filter_ctx filter = seccomp_init(REFUSED);
	int err = filter ? configure(filter) : -ENOMEM;

	if (!err)
		err = add_table(filter, &shared);
	for (size_t i = 0; !err && i < count; i++)
		err = add_table(filter, &tables[i]);
	if (!err)
		err = seccomp_load(filter);
	if (filter)
		seccomp_release(filter);
	return err ? xe_fail(error, -err, "cannot limit system calls: %s", strerror(-err)) : 0;
}
