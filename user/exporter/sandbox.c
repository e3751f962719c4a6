// SPDX-License-Identifier: GPL-2.0-only
/* sandbox.c - see sandbox.h (libcap-ng, libseccomp). */
#include <bpf/bpf.h>
#include <cap-ng.h>
#include <errno.h>
#include <seccomp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "privileges.h"
#include "sandbox.h"

/* --- capabilities ---------------------------------------------------------------------------- */

static void set_effective(capng_act_t action)
{
	capng_get_caps_process();
	for (int capability = 0; capability <= CAP_LAST_CAP; capability++)
		if (capng_have_capability(CAPNG_PERMITTED, capability))
			capng_update(action, CAPNG_EFFECTIVE, capability);
	capng_apply(CAPNG_SELECT_CAPS);
}

/*
 * Root owns the pins, and so opens them without capabilities; the kernel's check of bpf(2) comes
 * before that. 5.19 and later let everybody open pins. "/" is none, which is another error.
 */
static bool bpf_needs_capability(void)
{
	int fd, err;

	set_effective(CAPNG_DROP);
	fd = bpf_obj_get("/");
	err = errno;
	if (fd >= 0)
		close(fd);
	set_effective(CAPNG_ADD);
	return fd < 0 && err == EPERM;
}

/* --- system calls ---------------------------------------------------------------------------- */

static const int allowed[] = {
	/* connections */
	SCMP_SYS(accept4),
	SCMP_SYS(epoll_ctl),
	SCMP_SYS(epoll_wait),
	SCMP_SYS(epoll_pwait),
	SCMP_SYS(epoll_create1),
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
	SCMP_SYS(recvfrom),
	SCMP_SYS(recvmsg),
	SCMP_SYS(sendto),
	SCMP_SYS(sendmsg),
	SCMP_SYS(writev),
	SCMP_SYS(getpeername),
	SCMP_SYS(getsockname),
	SCMP_SYS(getsockopt),
	SCMP_SYS(setsockopt),
	SCMP_SYS(shutdown),
	SCMP_SYS(listen), /* a server that is started anew does it again */
	/* pins and files */
	SCMP_SYS(open),
	SCMP_SYS(openat),
	SCMP_SYS(close),
	SCMP_SYS(read),
	SCMP_SYS(write),
	SCMP_SYS(pread64),
	SCMP_SYS(lseek),
	SCMP_SYS(fstat),
	SCMP_SYS(stat),
	SCMP_SYS(lstat),
	SCMP_SYS(newfstatat),
	SCMP_SYS(statx),
	SCMP_SYS(statfs),
	SCMP_SYS(fstatfs),
	SCMP_SYS(access),
	SCMP_SYS(faccessat),
	SCMP_SYS(faccessat2),
	SCMP_SYS(getdents64),
	SCMP_SYS(readlink),
	SCMP_SYS(readlinkat),
	SCMP_SYS(fcntl),
	/* memory, time, random numbers, signals, and what the libraries ask */
	SCMP_SYS(brk),
	SCMP_SYS(munmap),
	SCMP_SYS(mremap),
	SCMP_SYS(madvise),
	SCMP_SYS(futex),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_nanosleep),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(getrandom),
	SCMP_SYS(getpid),
	SCMP_SYS(gettid),
	SCMP_SYS(getuid),
	SCMP_SYS(geteuid),
	SCMP_SYS(getrusage),
	SCMP_SYS(prlimit64),
	SCMP_SYS(getrlimit),
	SCMP_SYS(sysinfo),
	SCMP_SYS(sched_getaffinity),
	SCMP_SYS(sched_yield),
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(tgkill), /* abort(3) */
	SCMP_SYS(restart_syscall),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
};

static int allow_if(scmp_filter_ctx filter, int call, struct scmp_arg_cmp condition)
{
	return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, 1, &condition);
}

/*
 * A state can only be mapped through a descriptor that may write, too. It is read all the same:
 * of bpf(2) there is no more than opening pins, and what is shared cannot be mapped writable, or
 * made so later.
 */
static int allow_reading(scmp_filter_ctx filter)
{
	int err = allow_if(filter, SCMP_SYS(bpf), SCMP_A0(SCMP_CMP_EQ, BPF_OBJ_GET, 0));

	if (!err)
		err = allow_if(filter, SCMP_SYS(bpf),
			       SCMP_A0(SCMP_CMP_EQ, BPF_OBJ_GET_INFO_BY_FD, 0));
	if (!err)
		err = allow_if(filter, SCMP_SYS(mmap), SCMP_A2(SCMP_CMP_EQ, PROT_READ, 0));
	if (!err)
		err = allow_if(filter, SCMP_SYS(mmap),
			       SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_TYPE, MAP_PRIVATE));
	return err;
}

/* All else fails with EPERM: a library that tries something new then says so, and goes on. */
static int filter_system_calls(struct xe_error *error)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int err = filter ? 0 : -ENOMEM;

	for (size_t i = 0; !err && i < sizeof(allowed) / sizeof(*allowed); i++)
		err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
	if (!err)
		err = allow_reading(filter);
	if (!err) /* to tell systemd; a socket of another family would reach out */
		err = allow_if(filter, SCMP_SYS(socket), SCMP_A0(SCMP_CMP_EQ, AF_UNIX, 0));
	if (!err)
		err = seccomp_load(filter);
	if (filter)
		seccomp_release(filter);
	return err ? xe_fail(error, -err, "cannot limit system calls: %s", strerror(-err)) : 0;
}

int sandbox_enter(struct xe_error *error)
{
	const __u64 bpf = 1ULL << CAP_BPF;
	int err = privileges_keep(bpf_needs_capability() ? privileges_effective() & bpf : 0, error);

	return err ? err : filter_system_calls(error);
}
