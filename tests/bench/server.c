// SPDX-License-Identifier: GPL-2.0-only
/* server.c - see server.h. */
#include <bpf/libbpf.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "load.h"
#include "net.h"
#include "run.h"
#include "server.h"

/* What is run once the interface is there; NULL: the program given is attached to it. */
#define XDP_ECHO "exec $DIR/xdp-echo attach --foreground --rate 0 --mode "
/* In a mount namespace of its own, which takes the files that it writes along. */
#define XINETD                                                                                     \
	"exec unshare --mount sh -ec 'mount -t tmpfs none /run; exec xinetd -dontfork "            \
	"-filelog /run/xinetd.log -pidfile /run/xinetd.pid -f $DIR/../tests/bench/xinetd.conf'"
static const struct {
	const char *name, *script;
} kinds[SERVER_KINDS] = {
	[SERVER_NONE] = {"nobody", "exec sleep 3600"},
	[SERVER_SWAP] = {"MAC swap", NULL},
	[SERVER_DROP] = {"drop", NULL},
	[SERVER_NATIVE] = {"xdp-echo native", XDP_ECHO "native $IF"},
	[SERVER_AFXDP] = {"xdp-echo afxdp", XDP_ECHO "afxdp $IF"},
	[SERVER_AFXDP_BUSY] = {"xdp-echo --busy-poll", XDP_ECHO "afxdp --busy-poll $IF"},
	[SERVER_SOCKET] = {"xdp-echo socket", XDP_ECHO "socket $IF"},
	[SERVER_RECVFROM] = {"recvfrom loop", "exec $DIR/bench/bench --serve"},
	[SERVER_SOCKPERF] = {"sockperf", "exec sockperf server -i " LOAD_ADDRESS " -p 7"},
	[SERVER_XINETD] = {"xinetd", XINETD},
	/* UDP-RECVFROM serves many clients, but forks for each datagram */
	[SERVER_SOCAT] = {"socat", "exec socat UDP4-LISTEN:7,reuseaddr PIPE"},
};

/* The server's end gets an address, and a gateway that every reply goes to. */
static const char set_up[] =
	"ip link set lo up\n"
	"for f in all default; do echo 0 >/proc/sys/net/ipv4/conf/$f/rp_filter; done\n"
	"ip link set $IF up\n"
	"echo 0 >/proc/sys/net/ipv4/conf/$IF/rp_filter\n"
	"ip address add " LOAD_ADDRESS "/8 dev $IF\n"
	"ip address add " LOAD_ADDRESS_IPV6 "/64 dev $IF nodad\n"
	"ip neighbour add 10.255.255.254 lladdr $MAC dev $IF nud permanent\n"
	"ip neighbour add fd00::fe lladdr $MAC dev $IF nud permanent\n"
	"ip route add default via 10.255.255.254 dev $IF\n"
	"ip route add default via fd00::fe dev $IF\n";

const char *server_name(enum server_kind kind)
{
	return kinds[kind].name;
}

bool server_is_rival(enum server_kind kind)
{
	return kind >= SERVER_RECVFROM;
}

bool server_spins(enum server_kind kind)
{
	return kind == SERVER_AFXDP_BUSY;
}

bool server_takes_one_flow(enum server_kind kind)
{
	return kind == SERVER_SOCAT;
}

bool server_takes_ipv6(enum server_kind kind)
{
	return kind <= SERVER_RECVFROM;
}

unsigned int server_window(enum server_kind kind)
{
	/* xinetd 2.3.15 throws away what has arrived while it answered; a socket's usual queue
	 * has room for 48 frames of a page each; ours is larger */
	if (kind == SERVER_XINETD)
		return 1;
	return server_is_rival(kind) ? 32 : 64;
}

/* This is build/bench/bench, and the command build/xdp-echo. */
void server_directory(char *path, size_t size)
{
	ssize_t length = readlink("/proc/self/exe", path, size - 1);

	path[length < 0 ? 0 : length] = '\0';
	for (int i = 0; i < 2; i++) {
		char *slash = strrchr(path, '/');

		if (slash)
			*slash = '\0';
	}
}

/* --- the child ------------------------------------------------------------------------------- */

static void set_environment(const char *interface)
{
	char path[PATH_MAX], mac[18];

	server_directory(path, sizeof(path));
	net_format_mac(mac, load_client_mac);
	setenv("DIR", path, 1);
	setenv("MAC", mac, 1);
	setenv("IF", interface, 1);
}

static void pin(int cpu, bool urgent)
{
	const struct sched_param least = {.sched_priority = 1};
	cpu_set_t set;

	CPU_ZERO(&set);
	for (int i = 0; i < CPU_SETSIZE; i++)
		if (i == cpu || cpu < 0)
			CPU_SET(i, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		perror("bench: server not pinned to one CPU");
	if (urgent && sched_setscheduler(0, SCHED_FIFO, &least))
		perror("bench: server without real-time priority");
}

/* Only returns on failure. */
static void become_server(enum server_kind kind, const char *interface, int program)
{
	char script[4096];

	set_environment(interface);
	if (kinds[kind].script) {
		snprintf(script, sizeof(script), "exec >/dev/null\n%s%s", set_up,
			 kinds[kind].script);
		execl("/bin/sh", "sh", "-ec", script, NULL);
		return;
	}
	if (system(set_up) ||
	    bpf_xdp_attach(if_nametoindex(interface), program, XDP_FLAGS_DRV_MODE, NULL))
		return;
	for (;;)
		pause();
}

/* Makes its namespace, says so, and waits until the interface has been moved into it. */
static void child(enum server_kind kind, const char *interface, int cpu, bool urgent, int program,
		  int said, int told)
{
	char byte = 0;

	run_default_signals();
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (unshare(CLONE_NEWNET) || write(said, &byte, 1) != 1 || read(told, &byte, 1) != 1)
		_exit(1);
	close(said);
	close(told);
	/* one that spins and goes before all others would starve the kernel's own threads */
	pin(cpu, urgent && !server_spins(kind));
	become_server(kind, interface, program);
	fprintf(stderr, "bench: cannot start %s: %s\n", kinds[kind].name, strerror(errno));
	_exit(1);
}

/* --- the parent ------------------------------------------------------------------------------ */

int server_start(struct server *server, enum server_kind kind, int cpu, bool urgent, int program,
		 struct xe_error *error)
{
	int said[2] = {-1, -1}, told[2] = {-1, -1}, ignored, err;
	char name[16], interface[32], byte = 0;
	static int serial;

	snprintf(name, sizeof(name), "s%d", serial++);
	snprintf(interface, sizeof(interface), "%s-server", name);
	server->kind = kind;
	err = net_veth(name, &server->client, &ignored, error);
	if (err)
		return err;
	if (pipe2(said, O_CLOEXEC) || pipe2(told, O_CLOEXEC)) {
		err = xe_fail(error, errno, "cannot make a pipe: %s", strerror(errno));
		goto out;
	}
	fflush(NULL);
	server->pid = fork();
	if (server->pid == 0)
		child(kind, interface, cpu, urgent, program, said[1], told[0]);
	close(said[1]);
	said[1] = -1;
	if (server->pid < 0 || read(said[0], &byte, 1) != 1) {
		err = xe_fail(error, EIO, "cannot start %s in a namespace of its own",
			      kinds[kind].name);
		goto out;
	}
	err = net_command(error, "ip link set %s netns %d", interface, server->pid);
	if (!err && write(told[1], &byte, 1) != 1)
		err = xe_fail(error, errno, "%s: %s", kinds[kind].name, strerror(errno));
out:
	for (int i = 0; i < 2; i++) {
		if (said[i] >= 0)
			close(said[i]);
		if (told[i] >= 0)
			close(told[i]);
	}
	return err;
}

enum { MOST_PROCESSES = 8 };

/* Its process and the children of that: an attached interface has one of its own. */
static int processes(const struct server *server, pid_t pids[MOST_PROCESSES])
{
	int count = 1;
	char path[64];
	FILE *file;

	pids[0] = server->pid;
	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", server->pid, server->pid);
	file = fopen(path, "re");
	while (file && count < MOST_PROCESSES && fscanf(file, "%d", &pids[count]) == 1)
		count++;
	if (file)
		fclose(file);
	return count;
}

static void signal_all(const struct server *server, int signal)
{
	pid_t pids[MOST_PROCESSES];
	int count = server->pid > 0 ? processes(server, pids) : 0;

	for (int i = 0; i < count; i++)
		kill(pids[i], signal);
}

/* Of one process: the clock counts nanoseconds. */
static double process_time(pid_t pid)
{
	struct timespec time;
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &time))
		return 0;
	return time.tv_sec + time.tv_nsec * 1e-9;
}

double server_cpu_time(const struct server *server)
{
	pid_t pids[MOST_PROCESSES];
	int count = processes(server, pids);
	double sum = 0;

	for (int i = 0; i < count; i++)
		sum += process_time(pids[i]);
	return sum;
}

double server_memory(const struct server *server)
{
	char path[64], line[128];
	unsigned long kilobytes = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", server->pid);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "VmRSS: %lu kB", &kilobytes) == 1)
			break;
	if (file)
		fclose(file);
	return kilobytes / 1024.0;
}

void server_pause(const struct server *server)
{
	signal_all(server, SIGSTOP);
}

void server_resume(const struct server *server)
{
	signal_all(server, SIGCONT);
}

/* Five seconds to end in, then it is ended. */
void server_stop(struct server *server)
{
	if (server->pid <= 0)
		return;
	server_resume(server);
	kill(server->pid, SIGTERM);
	for (int tries = 0; tries < 500; tries++) {
		if (waitpid(server->pid, NULL, WNOHANG))
			goto out;
		usleep(10000);
	}
	signal_all(server, SIGKILL);
	waitpid(server->pid, NULL, 0);
out:
	server->pid = 0;
}
