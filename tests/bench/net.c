// SPDX-License-Identifier: GPL-2.0-only
/* net.c - see net.h. */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "load.h"
#include "net.h"

#include "bench_limit.skel.h"

int net_enter(int *home, struct xe_error *error)
{
	static const char knob[] = "/proc/sys/net/ipv6/conf/default/disable_ipv6";
	int fd;

	*home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (*home < 0 || unshare(CLONE_NEWNET)) {
		net_leave(*home);
		*home = -1;
		return xe_fail(error, errno, "cannot make a network namespace: %s",
			       strerror(errno));
	}
	/* no neighbour discovery among the frames that are counted */
	fd = open(knob, O_WRONLY | O_CLOEXEC);
	if (fd >= 0) {
		if (write(fd, "1", 1) != 1)
			perror(knob);
		close(fd);
	}
	return 0;
}

void net_leave(int home)
{
	if (home < 0)
		return;
	if (setns(home, CLONE_NEWNET))
		perror("bench: cannot leave the network namespace");
	close(home);
}

int net_enter_with_limit(int *home, struct bench_limit **limit, struct xe_error *error)
{
	int err = net_enter(home, error);

	if (err)
		return err;
	*limit = bench_limit__open_and_load();
	return *limit ? 0
		      : xe_fail(error, errno, "cannot load the programs of limit.bpf.c: %s",
				strerror(errno));
}

void net_leave_with_limit(int home, struct bench_limit *limit)
{
	bench_limit__destroy(limit);
	net_leave(home);
}

int net_command(struct xe_error *error, const char *format, ...)
{
	char line[256];
	va_list args;
	int status;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	status = system(line);
	return status ? xe_fail(error, EIO, "failed with status %d: %s", status, line) : 0;
}

void net_format_mac(char text[18], const __u8 mac[6])
{
	sprintf(text, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4],
		mac[5]);
}

int net_attach(int ifindex, const struct bpf_program *program, __u32 flags, struct xe_error *error)
{
	int err = bpf_xdp_attach(ifindex, bpf_program__fd(program), flags, NULL);

	if (!err)
		return 0;
	return xe_fail(error, -err, "cannot attach %s: %s", bpf_program__name(program),
		       strerror(-err));
}

int net_veth(const char *name, int *client, int *server, struct xe_error *error)
{
	char client_mac[18], server_mac[18], interface[2][IF_NAMESIZE];
	int err;

	net_format_mac(client_mac, load_client_mac);
	net_format_mac(server_mac, load_server_mac);
	snprintf(interface[0], sizeof(interface[0]), "%s-client", name);
	snprintf(interface[1], sizeof(interface[1]), "%s-server", name);
	err = net_command(error, "ip link add %s address %s up type veth peer name %s address %s",
			  interface[0], client_mac, interface[1], server_mac);
	if (!err)
		err = net_command(error, "ip link set %s up", interface[1]);
	/* with GRO a veth has NAPI, which live frames need where there is no native program */
	if (!err)
		err = net_command(error, "ethtool -K %s gro on", interface[1]);
	*client = if_nametoindex(interface[0]);
	*server = if_nametoindex(interface[1]);
	return err;
}
