// SPDX-License-Identifier: GPL-2.0-only
/* check_peer.c - what `check` says of the other end of a veth. */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "nic_peer.h"

static void check_unseen(struct findings *findings, const struct nic *nic)
{
	if (nic_is_mute(nic))
		check_add(
			findings, CHECK_PROBLEM, "peer",
			"the other end of this veth has no native XDP program, and never sees "
			"replies in native mode; it is in a namespace that cannot be looked into");
	else
		check_add(
			findings, CHECK_NOTE, "peer",
			"the other end of a veth needs a native XDP program too, or it never sees "
			"our replies; it is in a namespace that cannot be looked into");
}

void check_peer(struct findings *findings, const struct nic *nic)
{
	char option[NAME_MAX + 8] = "";
	struct nic_peer peer;

	if (strcmp(nic->kind, "veth"))
		return;
	if (!nic_find_peer(nic, &peer)) {
		check_unseen(findings, nic);
		return;
	}
	if (peer.netns[0])
		snprintf(option, sizeof(option), "-n %s ", peer.netns);
	if (peer.nic.xdp.native_id)
		check_add(findings, CHECK_OK, "peer", "%s, the other end, has a native XDP program",
			  peer.nic.name);
	else
		check_mend(check_add(findings, CHECK_PROBLEM, "peer",
				     "%s, the other end, has no native XDP program, and never sees "
				     "replies in native mode",
				     peer.nic.name),
			   "ip %slink set dev %s xdpdrv obj xdp_pass.bpf.o sec xdp.frags", option,
			   peer.nic.name);
}
