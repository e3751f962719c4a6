// SPDX-License-Identifier: GPL-2.0-only
/* agent_sandbox.c - see agent_sandbox.h. */
#include <linux/bpf.h>
#include <linux/sockios.h>
#include <sched.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "abi.h"
#include "agent_sandbox.h"
#include "call_filter.h"

enum { SOCK_KIND = 0xf }; /* of socket(2)'s type; flags are above */

#define BPF(command)                                                                               \
	{                                                                                          \
		CALL_IF(bpf, ARGUMENT(0, command))                                                 \
	}
#define PRCTL(option)                                                                              \
	{                                                                                          \
		CALL_IF(prctl, ARGUMENT(0, option))                                                \
	}

static const struct call_rule always[] = {
	/* pings */
	{CALL(recvmmsg)},
	{CALL(sendmmsg)},
	/* sockets on VLAN devices and ports that come later, and netlink */
	{CALL_IF(socket, ARGUMENT(0, AF_NETLINK))},
	{CALL_IF_BOTH(socket, ARGUMENT(0, AF_INET), ARGUMENT_BITS(1, SOCK_KIND, SOCK_DGRAM))},
	{CALL_IF_BOTH(socket, ARGUMENT(0, AF_INET6), ARGUMENT_BITS(1, SOCK_KIND, SOCK_DGRAM))},
	{CALL(bind)},
	{CALL(connect)},
	{CALL_IF(ioctl, ARGUMENT(1, SIOCETHTOOL))},
	{CALL(membarrier)},
	/* threads: a process of its own would not share memory, or not be of ours */
	{CALL_IF(clone, ARGUMENT_BITS(0, CLONE_VM | CLONE_THREAD, CLONE_VM | CLONE_THREAD))},
	{CALL(set_robust_list)},
	{CALL(rseq)},
	{CALL(eventfd2)},
	PRCTL(PR_SET_NAME),
	PRCTL(PR_SET_NO_NEW_PRIVS),
	PRCTL(PR_CAPBSET_READ),
	PRCTL(PR_CAPBSET_DROP),
	{CALL(capget)},
	{CALL(capset)},
	/* the state and the lists, other lists, and other counters of another path */
	{CALL_IF(mmap, ARGUMENT_BITS(2, PROT_EXEC, 0))},
	{CALL_IF(mprotect, ARGUMENT_BITS(2, PROT_EXEC, 0))},
	BPF(BPF_OBJ_GET),
	BPF(BPF_OBJ_GET_INFO_BY_FD),
	/* an interface that is renamed, or has gone */
	{CALL(rename)},
	{CALL(unlink)},
	{CALL(rmdir)},
};

/* What repairs take: a program that is loaded, attached and pinned anew. */
static const struct call_rule xdp[] = {
	BPF(BPF_PROG_LOAD),
	BPF(BPF_BTF_LOAD),
	BPF(BPF_MAP_CREATE),
	BPF(BPF_MAP_UPDATE_ELEM),
	BPF(BPF_MAP_FREEZE),
	BPF(BPF_PROG_BIND_MAP),
	BPF(BPF_PROG_TEST_RUN), /* to learn the program's clock */
	BPF(BPF_LINK_CREATE),
	BPF(BPF_LINK_UPDATE),
	BPF(BPF_LINK_DETACH),
	BPF(BPF_OBJ_PIN),
	BPF(BPF_PROG_GET_FD_BY_ID), /* to name a program that is in the way */
	{CALL(dup)},
	{CALL(dup3)},
	{CALL(uname)},
};

static const struct call_rule afxdp[] = {
	{CALL_IF(socket, ARGUMENT(0, AF_XDP))},
	{CALL_IF(ioctl, ARGUMENT(1, SIOCGIFINDEX))},
	BPF(BPF_MAP_DELETE_ELEM),
};

int agent_sandbox_enter(__u32 asked, struct xe_error *error)
{
	struct call_table tables[3] = {CALL_TABLE(always)};
	size_t count = 1;

	if (asked != XE_SOCKET)
		tables[count++] = (struct call_table)CALL_TABLE(xdp);
	if (asked == XE_AFXDP || asked == XE_PATHS)
		tables[count++] = (struct call_table)CALL_TABLE(afxdp);
	return call_filter_load(tables, count, error);
}
