// SPDX-License-Identifier: GPL-2.0-only
/* check_interface.c - what `check` says of one interface's driver and settings. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_link.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bpf_log.h"
#include "check.h"
#include "nic_peer.h"
#include "store.h"
#include "xdp_dispatcher.h"
#include "xdp_link.h"
#include "xdp_pass.skel.h"

/* Native XDP without xdp.frags support keeps a frame in one buffer: of 3506 bytes for virtio, 3494
 * for vmxnet3, 3046 for some of Intel's. */
#define ONE_BUFFER_MTU 3040

/* --- XDP ------------------------------------------------------------------------------------- */

/*
 * A kernel that does not say what a driver can do (before 6.3) is asked by
 * doing: a program that passes everything goes on for an instant.
 */
static bool native_works(const struct nic *nic)
{
	const __u32 flags = XDP_FLAGS_DRV_MODE;
	struct xdp_pass_bpf *object;
	bool works = false;

	bpf_log_clear();
	object = xdp_pass_bpf__open_and_load();
	if (object)
		works = bpf_xdp_attach(nic->ifindex, bpf_program__fd(object->progs.xdp_pass),
				       flags | XDP_FLAGS_UPDATE_IF_NOEXIST, NULL) == 0;
	if (works)
		bpf_xdp_detach(nic->ifindex, flags, NULL);
	xdp_pass_bpf__destroy(object);
	return works;
}

/* Ours is the one that a pinned link of this interface's attachment holds. */
static bool is_ours(const struct findings *findings, const char *netns, __u32 id)
{
	struct bpf_link_info info = {};
	__u32 size = sizeof(info);
	struct xe_error none = {};
	struct store store;
	bool ours = false;
	int link;

	if (store_locate(&store, netns, findings->interface, false, NULL, &none))
		return false;
	link = store_get(&store, "link");
	if (link >= 0) {
		ours = bpf_obj_get_info_by_fd(link, &info, &size) == 0 && info.prog_id == id;
		close(link);
	}
	return ours;
}

/* Says whether there is room for ours. */
static bool check_program(struct findings *findings, const struct nic *nic, const char *netns)
{
	struct attached_program program;

	if (!xdp_link_program(nic, &program) || is_ours(findings, netns, program.id))
		return true;
	if (xdp_dispatcher_is_there(nic)) {
		check_add(findings, CHECK_OK, "program",
			  "libxdp's dispatcher is attached; attach joins the programs in it");
		return true;
	}
	check_mend(check_add(findings, CHECK_PROBLEM, "program",
			     "XDP program \"%s\" (id %u) of somebody else is attached",
			     program.name, program.id),
		   "ip link set dev %s %s off", nic->name, program.keyword);
	return false;
}

static void check_driver(struct findings *findings, const struct check_host *host,
			 const struct nic *nic, const struct nic_features *features,
			 const char *netns)
{
	const char *driver = nic->driver[0] ? nic->driver : "unknown driver";
	struct attached_program program;

	if (!nic->has_mac) {
		check_add(
			findings, CHECK_NOTE, "path",
			"%s, not an Ethernet interface: auto takes socket, no XDP mode is possible",
			driver);
		return;
	}
	if (!host->xdp) {
		check_add(findings, CHECK_NOTE, "path", "%s: auto takes socket, see xdp above",
			  driver);
		return;
	}
	if (!check_program(findings, nic, netns)) {
		check_add(findings, CHECK_NOTE, "path",
			  "%s: auto takes socket while that program is attached", driver);
		return;
	}
	if (nic_is_mute(nic)) {
		check_add(findings, CHECK_NOTE, "path",
			  "%s: auto takes generic, since native could not reply; see peer", driver);
		return;
	}
	if (features->xdp_known) {
		bool native = features->xdp & NIC_XDP_BASIC;

		check_add(findings, native ? CHECK_OK : CHECK_NOTE, "path",
			  "%s: auto takes %s; the driver %s native XDP%s%s", driver,
			  native ? "native" : "generic", native ? "has" : "has no",
			  features->xdp & NIC_XDP_REDIRECT ? ", redirect" : "",
			  features->xdp & NIC_XDP_ZEROCOPY ? ", AF_XDP zero-copy" : "");
		return;
	}
	if (xdp_link_program(nic, &program)) {
		check_add(findings, CHECK_NOTE, "path",
			  "%s: this kernel does not say what the driver can do, and an attached "
			  "program forbids a trial; attach tries",
			  driver);
		return;
	}
	if (native_works(nic))
		check_add(findings, CHECK_OK, "path", "%s: auto takes native, a trial worked",
			  driver);
	else
		check_add(findings, CHECK_NOTE, "path",
			  "%s: auto takes generic, a trial of native XDP failed: %.200s", driver,
			  bpf_log_words()[0] ? bpf_log_words() : strerror(errno));
}

/* --- settings -------------------------------------------------------------------------------- */

static void check_state(struct findings *findings, const struct nic *nic)
{
	if (!nic->up)
		check_mend(check_add(findings, CHECK_PROBLEM, "link", "administratively down"),
			   "ip link set dev %s up", nic->name);
	else if (!nic->running)
		check_add(findings, CHECK_NOTE, "link", "up, but has no carrier");
	else
		check_add(findings, CHECK_OK, "link", "up");
}

static void check_mtu(struct findings *findings, const struct nic *nic,
		      const struct nic_features *features)
{
	bool fits = nic->mtu <= ONE_BUFFER_MTU || !features->xdp_known ||
		    !(features->xdp & NIC_XDP_BASIC) || features->xdp & NIC_XDP_RX_SG;

	if (fits)
		check_add(findings, CHECK_OK, "mtu", "%u", nic->mtu);
	else
		check_mend(check_add(findings, CHECK_PROBLEM, "mtu",
				     "%u, but the driver's native XDP takes no frames of several "
				     "buffers",
				     nic->mtu),
			   "ip link set dev %s mtu %d", nic->name, ONE_BUFFER_MTU);
}

static void mend_queues(struct finding *finding, const struct nic *nic,
			const struct nic_features *features)
{
	if (features->combined)
		check_mend(finding, "ethtool -L %s combined %u", nic->name, nic->rx_queues);
	else
		check_mend(finding, "ethtool -L %s rx %u tx %u", nic->name, nic->rx_queues,
			   nic->tx_queues);
}

static void check_queues(struct findings *findings, const struct nic *nic,
			 const struct nic_features *features)
{
	__u32 queues = features->rx_queues ? features->rx_queues : nic->rx_queues;
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	struct xe_error fatal = {};

	if (nic_refuse_fatal(nic, "native", &fatal))
		check_add(findings, CHECK_PROBLEM, "queues", "%s", fatal.text);
	else if (queues > 1 || cpus == 1)
		check_add(findings, CHECK_OK, "queues", "%u receive queue%s, %ld CPU%s", queues,
			  queues == 1 ? "" : "s", cpus, cpus == 1 ? "" : "s");
	else if (nic->rx_queues > 1)
		mend_queues(check_add(findings, CHECK_NOTE, "queues",
				      "1 receive queue of %u is in use: one CPU answers everything",
				      nic->rx_queues),
			    nic, features);
	else
		check_add(findings, CHECK_NOTE, "queues",
			  "1 receive queue: one CPU answers everything");
}

static void check_vlan(struct findings *findings, const struct nic *nic,
		       const struct nic_features *features)
{
	struct xe_error none = {};
	__u32 key;
	int vlans = nic_vlans(nic->ifindex, &key, 1, &none);

	if (vlans <= 0)
		return;
	if (!features->rx_vlan_stripping)
		check_add(findings, CHECK_OK, "vlan", "%d VLAN device%s, tags stay in the frame",
			  vlans, vlans == 1 ? "" : "s");
	else
		check_mend(check_add(findings, CHECK_PROBLEM, "vlan",
				     "%d VLAN device%s, and the card takes tags out of the frame: "
				     "XDP cannot see them, sockets answer for these addresses",
				     vlans, vlans == 1 ? "" : "s"),
			   "ethtool -K %s rxvlan off", nic->name);
}

static void check_lro(struct findings *findings, const struct nic *nic,
		      const struct nic_features *features)
{
	if (features->lro)
		check_mend(
			check_add(findings, CHECK_PROBLEM, "lro",
				  "large receive offload is on: drivers refuse native XDP with it"),
			"ethtool -K %s lro off", nic->name);
}

/* --- what it is stacked with ----------------------------------------------------------------- */

static void check_master(struct findings *findings, const struct nic *nic)
{
	struct xe_error none = {};
	struct nic master;

	if (!nic->master || nic_find_index(nic->master, &master, &none))
		return;
	if (!strcmp(master.kind, "bond") || !strcmp(master.kind, "team"))
		check_mend(check_add(findings, CHECK_PROBLEM, "master",
				     "member of %s %s: the addresses are the master's", master.kind,
				     master.name),
			   "xdp-echo attach %s", master.name);
	else if (!strcmp(master.kind, "bridge"))
		check_mend(check_add(findings, CHECK_PROBLEM, "master",
				     "port of bridge %s: the addresses are the bridge's, and the "
				     "destination MAC must be this port's",
				     master.name),
			   "xdp-echo attach %s", master.name);
	else
		check_add(findings, CHECK_NOTE, "master", "belongs to %s %s", master.kind,
			  master.name);
}

static void check_upper(struct findings *findings, const struct nic *nic)
{
	struct xe_error none = {};
	struct nic *list = NULL;
	size_t count = 0;

	if (nic_list(&list, &count, &none))
		return;
	for (size_t i = 0; i < count; i++) {
		const struct nic *upper = &list[i];
		bool own_mac = !strcmp(upper->kind, "macvlan") || !strcmp(upper->kind, "ipvlan");

		if (upper->link == nic->ifindex && !upper->link_in_other_netns && own_mac)
			check_add(findings, CHECK_NOTE, "upper",
				  "%s %s is above it; its addresses are answered only by attaching "
				  "it",
				  upper->kind, upper->name);
	}
	free(list);
}

void check_interface(struct findings *findings, const struct check_host *host,
		     const struct nic *nic, const char *netns)
{
	struct nic_features features;

	nic_features(nic, &features);
	check_state(findings, nic);
	check_driver(findings, host, nic, &features, netns);
	if (nic->has_mac) {
		check_mtu(findings, nic, &features);
		check_queues(findings, nic, &features);
		check_vlan(findings, nic, &features);
		check_lro(findings, nic, &features);
	}
	check_master(findings, nic);
	check_upper(findings, nic);
}
