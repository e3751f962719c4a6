// SPDX-License-Identifier: GPL-2.0-only
/* agent_sandbox_test.c - what an agent that has settled can do, and what it cannot any more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "abi.h"
#include "agent_sandbox.h"

/* --- what is tried: 0, or the errno ---------------------------------------------------------- */

static int result_of(long result)
{
	return result < 0 ? errno : 0;
}

static int open_to_read(void)
{
	return result_of(open("/dev/zero", O_RDONLY | O_CLOEXEC));
}

static int open_to_write(void)
{
	return result_of(open("/dev/zero", O_WRONLY | O_CLOEXEC));
}

static int open_to_create(void)
{
	return result_of(open("/dev/zero", O_RDONLY | O_CREAT | O_CLOEXEC, 0600));
}

static int make_process(void)
{
	long child = syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);

	if (child == 0)
		_exit(0);
	return result_of(child);
}

static int run_program(void)
{
	char *const none[] = {NULL};

	return result_of(execve("/bin/true", none, none));
}

static int trace(void)
{
	return result_of(ptrace(PTRACE_TRACEME, 0, NULL, NULL));
}

static int signal_process(void)
{
	return result_of(kill(getpid(), 0));
}

static int leave_namespaces(void)
{
	return result_of(unshare(CLONE_FS));
}

static int make_memory(int protection)
{
	return mmap(NULL, 4096, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED
		       ? errno
		       : 0;
}

static int make_writable_memory(void)
{
	return make_memory(PROT_READ | PROT_WRITE);
}

static int make_executable_memory(void)
{
	return make_memory(PROT_READ | PROT_EXEC);
}

static int make_executable_later(void)
{
	void *memory = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return result_of(mprotect(memory, 4096, PROT_READ | PROT_EXEC));
}

static int open_udp(void)
{
	return result_of(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_UDP));
}

static int open_udp6(void)
{
	int err = result_of(socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_UDP));

	return err == EAFNOSUPPORT ? 0 : err;
}

static int open_tcp(void)
{
	return result_of(socket(AF_INET, SOCK_STREAM, 0));
}

static int open_netlink(void)
{
	return result_of(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0));
}

static int open_log(void)
{
	return result_of(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
}

static void *nothing(void *argument)
{
	return argument;
}

static int start_thread(void)
{
	pthread_t thread;
	int err = pthread_create(&thread, NULL, nothing, NULL);

	return err ? err : pthread_join(thread, NULL);
}

/* No attributes are never right, so what is let through fails with something else than EPERM, where
 * we are root. */
static int load_program(void)
{
	return result_of(syscall(SYS_bpf, BPF_PROG_LOAD, NULL, 0));
}

static int take_over_program(void)
{
	return result_of(syscall(SYS_bpf, BPF_RAW_TRACEPOINT_OPEN, NULL, 0));
}

/* --- the table ------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	int (*attempt)(void);
	int expected;
} rows[] = {
	{"a file is read", open_to_read, 0},
	{"a file is written", open_to_write, EPERM},
	{"a file is made", open_to_create, EPERM},
	{"a thread is started", start_thread, 0},
	{"a process is started", make_process, EPERM},
	{"a program is run", run_program, EPERM},
	{"tracing", trace, EPERM},
	{"a signal is sent", signal_process, EPERM},
	{"namespaces are left", leave_namespaces, EPERM},
	{"memory", make_writable_memory, 0},
	{"memory to execute", make_executable_memory, EPERM},
	{"memory to execute, later", make_executable_later, EPERM},
	{"a UDP socket", open_udp, 0},
	{"a UDP socket, IPv6", open_udp6, 0},
	{"a TCP socket", open_tcp, EPERM},
	{"netlink", open_netlink, 0},
	{"the log", open_log, 0},
	{"another bpf command", take_over_program, EPERM},
};

enum { ROWS = sizeof(rows) / sizeof(*rows) };

/* What a child process in the sandbox has seen; memory that it shares with us. */
struct report {
	int entered, in_thread, load_program, results[ROWS];
};

struct waiter {
	sem_t go;
	int result;
};

static void *try_later(void *argument)
{
	struct waiter *waiter = argument;

	sem_wait(&waiter->go);
	waiter->result = open_to_write();
	return NULL;
}

static void enter(__u32 asked, struct report *report)
{
	struct waiter waiter = {};
	struct xe_error error = {};
	pthread_t thread;

	sem_init(&waiter.go, 0, 0);
	pthread_create(&thread, NULL, try_later, &waiter);
	report->entered = agent_sandbox_enter(asked, &error) == 0;
	report->load_program = load_program();
	for (int i = 0; i < ROWS; i++)
		report->results[i] = rows[i].attempt();
	sem_post(&waiter.go);
	pthread_join(thread, NULL);
	report->in_thread = waiter.result;
	_exit(0);
}

static struct report *try_all(__u32 asked)
{
	struct report *report = mmap(NULL, sizeof(*report), PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status;
	pid_t child;

	assert_ptr_not_equal(report, MAP_FAILED);
	child = fork();
	if (child == 0)
		enter(asked, report);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	return report;
}

static void check(__u32 asked, bool may_load)
{
	struct report *report = try_all(asked);

	assert_true(report->entered);
	for (int i = 0; i < ROWS; i++)
		if (report->results[i] != rows[i].expected)
			fail_msg("%s: %s, expected: %s", rows[i].name, strerror(report->results[i]),
				 strerror(rows[i].expected));
	/* threads that were there before are held to it as well */
	assert_int_equal(report->in_thread, EPERM);
	if (geteuid() == 0)
		assert_int_equal(report->load_program != EPERM, may_load);
	munmap(report, sizeof(*report));
}

static void rows_hold(void **state)
{
	(void)state;
#ifdef __SANITIZE_ADDRESS__
	skip(); /* nothing is refused then: see call_filter.c */
#endif
	check(XE_PATHS, true);
	check(XE_NATIVE, true);
	check(XE_AFXDP, true);
	check(XE_SOCKET, false); /* it needs no XDP program, ever */
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(rows_hold)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
