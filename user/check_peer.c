// SPDX-License-Identifier: GPL-2.0-only
/* check_peer.c - the other end of a veth, which has a say in whether native XDP can reply. */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "check.h"

/* The named namespace that has this number here; -1 if none has. */
static int open_namespace(__s32 number, char *name, size_t size)
{
	DIR *directory = opendir("/run/netns");
	struct dirent *entry;
	int found = -1;

	while (directory && found < 0 && (entry = readdir(directory))) {
		int fd = openat(dirfd(directory), entry->d_name, O_RDONLY | O_CLOEXEC);

		if (fd >= 0 && entry->d_name[0] != '.' && nic_netnsid(fd) == number) {
			snprintf(name, size, "%s", entry->d_name);
			found = fd;
		} else if (fd >= 0) {
			close(fd);
		}
	}
	if (directory)
		closedir(directory);
	return found;
}

/* Looks across, and comes back. False if the peer cannot be seen. */
static bool find_peer(const struct nic *nic, struct nic *peer, char *netns, size_t size)
{
	int here, there;
	struct xe_error none = {};
	bool found;

	netns[0] = 0;
	if (!nic->link_in_other_netns)
		return nic_find_index(nic->link, peer, &none) == 0;
	there = open_namespace(nic->link_netnsid, netns, size);
	if (there < 0)
		return false;
	here = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	found = here >= 0 && setns(there, CLONE_NEWNET) == 0;
	if (found) {
		found = nic_find_index(nic->link, peer, &none) == 0;
		if (setns(here, CLONE_NEWNET))
			found = false;
	}
	close(there);
	if (here >= 0)
		close(here);
	return found;
}

void check_peer(struct findings *findings, const struct nic *nic)
{
	char netns[NAME_MAX + 1], option[NAME_MAX + 8] = "";
	struct nic peer;

	if (strcmp(nic->kind, "veth"))
		return;
	if (!find_peer(nic, &peer, netns, sizeof(netns))) {
		check_add(
			findings, CHECK_NOTE, "peer",
			"the other end of a veth needs a native XDP program too, or it never sees "
			"our replies; it is in a namespace that cannot be looked into");
		return;
	}
	if (netns[0])
		snprintf(option, sizeof(option), "-n %s ", netns);
	if (peer.xdp.native_id)
		check_add(findings, CHECK_OK, "peer", "%s, the other end, has a native XDP program",
			  peer.name);
	else
		check_mend(check_add(findings, CHECK_PROBLEM, "peer",
				     "%s, the other end, has no native XDP program, and never sees "
				     "replies in native mode",
				     peer.name),
			   "ip %slink set dev %s xdpdrv obj xdp_pass.bpf.o sec xdp.frags", option,
			   peer.name);
}
