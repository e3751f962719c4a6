// SPDX-License-Identifier: GPL-2.0-only
/* check_kernel.c - the host's part of `check`: privileges, bpffs, kernel support. */
#include <bpf/libbpf.h>
#include <errno.h>
#include <limits.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "abi.h"
#include "bpf_log.h"
#include "bpffs.h"
#include "check.h"
#include "privileges.h"
#include "xdp_echo.skel.h"

static const struct {
	int number;
	const char *name, *use;
} needed[] = {
	{CAP_NET_ADMIN, "CAP_NET_ADMIN", "attach XDP programs"},
	{CAP_BPF, "CAP_BPF", "load BPF programs and maps"},
	{CAP_PERFMON, "CAP_PERFMON", "let the verifier accept packet arithmetic"},
	{CAP_NET_RAW, "CAP_NET_RAW", "open AF_XDP sockets"},
	{CAP_NET_BIND_SERVICE, "CAP_NET_BIND_SERVICE", "serve ports below 1024 by socket"},
};

static void check_privileges(struct findings *findings)
{
	__u64 have = privileges_effective();
	bool complete = true;

	if (have >> CAP_SYS_ADMIN & 1) /* it was all one once, and the kernel still takes it */
		have |= 1ULL << CAP_BPF | 1ULL << CAP_PERFMON;
	for (size_t i = 0; i < sizeof(needed) / sizeof(*needed); i++) {
		if (have >> needed[i].number & 1)
			continue;
		complete = false;
		check_mend(check_add(findings, CHECK_PROBLEM, "privileges",
				     "%s is missing, needed to %s", needed[i].name, needed[i].use),
			   "sudo xdp-echo check");
	}
	if (complete)
		check_add(findings, CHECK_OK, "privileges", "all that attach needs");
}

static void check_bpffs(struct findings *findings)
{
	struct xe_error none = {};
	char path[PATH_MAX];

	if (bpffs_find(path, sizeof(path), false, NULL, &none) == 0)
		check_add(findings, CHECK_OK, "bpffs", "mounted at %.200s", path);
	else
		check_mend(check_add(findings, CHECK_NOTE, "bpffs",
				     "not mounted; attach mounts it by itself"),
			   "mount -t bpf bpf /sys/fs/bpf");
}

/* The whole program, with every rule that is on by default: does this kernel's verifier take it? */
static bool program_loads(void)
{
	struct xdp_echo_bpf *object;
	bool loads;

	bpf_log_clear();
	object = xdp_echo_bpf__open();
	loads = object && xdp_echo_bpf__load(object) == 0;
	xdp_echo_bpf__destroy(object);
	return loads;
}

static bool socket_opens(void)
{
	int fd = socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

void check_kernel(struct findings *findings, struct check_host *host)
{
	check_privileges(findings);
	check_bpffs(findings);
	host->xdp = program_loads();
	if (host->xdp)
		check_add(findings, CHECK_OK, "xdp", "this kernel loads the XDP program");
	else
		check_add(
			findings, CHECK_PROBLEM, "xdp",
			"this kernel refuses the XDP program: %s%s%.200s; only sockets can answer",
			strerror(errno), bpf_log_words()[0] ? ": " : "", bpf_log_words());
	host->afxdp = socket_opens();
	if (host->afxdp)
		check_add(findings, CHECK_OK, "afxdp", "this kernel has AF_XDP sockets");
	else
		check_add(findings, CHECK_NOTE, "afxdp", "no AF_XDP sockets: %s", strerror(errno));
}
