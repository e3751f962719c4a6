// SPDX-License-Identifier: GPL-2.0-only
/* nic_peer.c - see nic_peer.h. */
#include <dirent.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "netns.h"
#include "nic_features.h"
#include "nic_peer.h"
#include "privileges.h"

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

/* Looks across, and comes back. */
bool nic_find_peer(const struct nic *nic, struct nic_peer *peer)
{
	struct xe_error none = {};
	bool found = false;
	int here, there;

	peer->netns[0] = 0;
	if (!nic->link_in_other_netns)
		return nic_find_index(nic->link, &peer->nic, &none) == 0;
	if (!(privileges_effective() >> CAP_SYS_ADMIN & 1)) /* an agent stays where it is */
		return false;
	there = open_namespace(nic->link_netnsid, peer->netns, sizeof(peer->netns));
	if (there < 0)
		return false;
	here = netns_open(&none);
	if (here >= 0) {
		found = setns(there, CLONE_NEWNET) == 0 &&
			nic_find_index(nic->link, &peer->nic, &none) == 0;
		if (netns_return(here, &none))
			found = false;
	}
	close(there);
	return found;
}

/* Kernels from 6.3 on say of this end whether the other takes frames, wherever that is. */
bool nic_is_mute(const struct nic *nic)
{
	struct nic_features features;
	struct nic_peer peer;

	if (strcmp(nic->kind, "veth"))
		return false;
	if (nic_find_peer(nic, &peer))
		return !peer.nic.xdp.native_id;
	nic_features(nic, &features);
	return features.xdp_known && !(features.xdp & NIC_XDP_TRANSMIT);
}
