// SPDX-License-Identifier: GPL-2.0-only
/* xdp_link.c - see xdp_link.h. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_link.h>
#include <string.h>
#include <unistd.h>

#include "bpf_log.h"
#include "fd.h"
#include "names.h"
#include "netns.h"
#include "nic_features.h"
#include "xdp_dispatcher.h"
#include "xdp_link.h"

static __u32 mode_flags(__u32 mode)
{
	return mode == XE_GENERIC ? XDP_FLAGS_SKB_MODE : XDP_FLAGS_DRV_MODE;
}

/* The interface and program of a link; false if it is none, or its interface has gone. */
static bool link_target(int link, __u32 *ifindex, __u32 *program)
{
	struct bpf_link_info info = {};
	__u32 size = sizeof(info);

	if (link < 0 || bpf_obj_get_info_by_fd(link, &info, &size) ||
	    info.type != BPF_LINK_TYPE_XDP)
		return false;
	*ifindex = info.xdp.ifindex;
	*program = info.prog_id;
	return info.xdp.ifindex != 0;
}

/* --- beginning ------------------------------------------------------------------------------- */

__u32 xdp_link_mode(const struct nic *nic)
{
	return nic->xdp.generic_id ? XE_GENERIC : XE_NATIVE;
}

static struct xdp_link_old find_old(const struct store *store, const struct nic *nic)
{
	struct xdp_link_old old = {
		.program = store_get(store, "program"),
		.link = store_get(store, "link"),
	};
	__u32 ifindex;

	if (link_target(old.link, &ifindex, &old.id) && ifindex == nic->ifindex) {
		old.mode = xdp_link_mode(nic);
		return old;
	}
	fd_close(&old.link);
	old.id = xdp_program_id(old.program);
	old.dispatched = xdp_dispatcher_holds(nic, old.id);
	old.mode = xdp_link_mode(nic);
	if (!old.dispatched) {
		fd_close(&old.program);
		old.id = 0;
	}
	return old;
}

bool xdp_link_program(const struct nic *nic, struct attached_program *program)
{
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info);
	int fd;

	if (nic->xdp.native_id)
		*program = (struct attached_program){.id = nic->xdp.native_id, .keyword = "xdpdrv"};
	else if (nic->xdp.generic_id)
		*program = (struct attached_program){.id = nic->xdp.generic_id,
						     .keyword = "xdpgeneric"};
	else if (nic->xdp.offload_id)
		*program = (struct attached_program){.id = nic->xdp.offload_id,
						     .keyword = "xdpoffload"};
	else
		return false;
	fd = bpf_prog_get_fd_by_id(program->id);
	if (fd >= 0) {
		bpf_obj_get_info_by_fd(fd, &info, &size);
		close(fd);
	}
	memcpy(program->name, info.name, sizeof(program->name));
	return true;
}

/* A program that is not behind our link belongs to somebody else, and stays. */
static int refuse_foreign(const struct xdp_link *link, const struct nic *nic,
			  struct xe_error *error)
{
	struct attached_program program;

	if (!xdp_link_program(nic, &program) || program.id == link->old.id)
		return 0;
	/* an agent that has given up its privileges is not told the name */
	return xe_fail(error, EBUSY,
		       "%s: XDP program %s%s%s(id %u) is attached already, and is not ours; "
		       "remove it with: ip link set dev %s %s off",
		       link->words, program.name[0] ? "\"" : "", program.name,
		       program.name[0] ? "\" " : "", program.id, nic->name, program.keyword);
}

/* All programs of a dispatcher are in one mode. Ours could be taken out of it first. */
static int refuse_mode(const struct xdp_link *link, const struct nic *nic, struct xe_error *error)
{
	if (xdp_link_mode(nic) == link->mode || !xdp_dispatcher_holds_other(nic, link->old.id))
		return 0;
	return xe_fail(error, EBUSY,
		       "%s: libxdp's dispatcher is attached in %s mode, with programs of others",
		       link->words, path_name(xdp_link_mode(nic)));
}

int xdp_link_open(struct xdp_link *link, const struct path_context *context, __u32 mode,
		  const char *words, struct xe_error *error)
{
	struct nic nic = *context->nic; /* as it is by now: what is attached changes */
	int err = nic_find_index(context->nic->ifindex, &nic, error);

	*link = (struct xdp_link){
		.context = context,
		.mode = mode,
		.words = words,
		.program = -1,
		.link = -1,
		.old = find_old(context->store, &nic),
	};
	if (err)
		return err;
	if (!nic.has_mac)
		return xe_fail(error, EOPNOTSUPP, "%s: %s is not an Ethernet interface", words,
			       nic.name);
	if (mode == XE_NATIVE)
		err = nic_refuse_fatal(&nic, words, error);
	if (err)
		return err;
	link->dispatched =
		context->store->state->request.dispatcher || xdp_dispatcher_is_there(&nic);
	if (!link->dispatched)
		return refuse_foreign(link, &nic, error);
	err = refuse_mode(link, &nic, error);
	return err ? err : xdp_dispatcher_may(words, error);
}

/* --- attaching ------------------------------------------------------------------------------- */

/*
 * The bpf_link system call gives an errno alone; the same request over netlink
 * gives the driver's own words. Should that one succeed, it is taken back.
 */
static void ask_for_words(const struct xdp_link *link)
{
	__u32 flags = mode_flags(link->mode) | XDP_FLAGS_UPDATE_IF_NOEXIST;
	__u32 ifindex = link->context->nic->ifindex;

	bpf_log_clear();
	if (bpf_xdp_attach(ifindex, link->program, flags, NULL) == 0)
		bpf_xdp_detach(ifindex, flags & ~XDP_FLAGS_UPDATE_IF_NOEXIST, NULL);
}

static int attach_failed(const struct xdp_link *link, int err, struct xe_error *error)
{
	const char *words;

	ask_for_words(link);
	words = bpf_log_words();
	return xe_fail(error, err, "%s: %s%s%s", link->words, strerror(err), words[0] ? ": " : "",
		       words);
}

static int create(const struct xdp_link *link, int program, __u32 mode)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = mode_flags(mode));

	return bpf_link_create(program, link->context->nic->ifindex, BPF_XDP, &opts);
}

/* The same mode: the kernel swaps the program between two packets. */
static int replace_program(struct xdp_link *link, struct xe_error *error)
{
	if (bpf_link_update(link->old.link, link->program, NULL))
		return attach_failed(link, errno, error);
	link->link = dup(link->old.link);
	return 0;
}

/* The earlier program, as it was. If somebody was quicker, the agent's next check will say so. */
static void put_back(struct xdp_link *link)
{
	const struct store *store = link->context->store;
	struct xe_error ignored = {};

	if (link->link >= 0 && link->old.mode == link->mode) {
		bpf_link_update(link->link, link->old.program, NULL);
	} else {
		fd_close(&link->old.link);
		link->old.link = create(link, link->old.program, link->old.mode);
	}
	if (link->old.link >= 0) {
		store_pin(store, link->old.program, "program", &ignored);
		store_pin(store, link->old.link, "link", &ignored);
	}
}

/* Another mode: the old program has to leave first; the socket path answers meanwhile. */
static int replace_link(struct xdp_link *link, struct xe_error *error)
{
	int err = 0;

	if (link->old.link >= 0)
		bpf_link_detach(link->old.link);
	link->link = create(link, link->program, link->mode);
	if (link->link < 0)
		err = attach_failed(link, errno, error);
	if (err && link->old.link >= 0)
		put_back(link);
	return err;
}

static int pin(const struct xdp_link *link, struct xe_error *error)
{
	const struct store *store = link->context->store;
	int err = store_pin(store, link->program, "program", error);

	return err ? err : store_pin(store, link->link, "link", error);
}

static void undo(struct xdp_link *link)
{
	if (link->old.link < 0)
		xdp_link_remove(link);
	else if (link->old.mode != link->mode)
		bpf_link_detach(link->link);
	if (link->old.link >= 0)
		put_back(link);
}

static int attach_alone(struct xdp_link *link, __u32 path, int sockets, struct xe_error *error)
{
	const struct xdp_rules rules = xdp_rules_of(link->context->store);
	int err;

	link->program = xdp_program_load(link->context->store, &rules, path, sockets, error);
	if (link->program < 0)
		return link->program;
	if (link->old.link >= 0 && link->old.mode == link->mode)
		err = replace_program(link, error);
	else
		err = replace_link(link, error);
	if (err)
		return err;
	err = pin(link, error);
	if (err)
		undo(link);
	return err;
}

/* --- attaching beside others ----------------------------------------------------------------- */

/* An earlier program leaves before the new one comes, where both at once cannot be. */
static void leave(const struct xdp_link *link)
{
	struct xe_error ignored = {};

	if (link->old.dispatched)
		xdp_dispatcher_remove(link->context->nic, link->old.id, &ignored);
	else if (link->old.link >= 0)
		bpf_link_detach(link->old.link);
}

static void come_back(struct xdp_link *link)
{
	const struct dispatcher before = {link->context->nic, link->old.mode, link->words};
	struct xe_error ignored = {};

	if (link->old.dispatched)
		xdp_dispatcher_put_back(&before, link->old.program, &ignored);
	else if (link->old.link >= 0)
		put_back(link);
}

/* The new program is in its place; the pin tells which one is ours, should this process die now. */
static int settle_beside(struct xdp_link *link, bool with_old, struct xe_error *error)
{
	const struct store *store = link->context->store;
	struct xe_error ignored = {};
	int err = store_pin(store, link->program, "program", error);

	if (!err && with_old) {
		err = xdp_dispatcher_remove(link->context->nic, link->old.id, error);
		if (err)
			store_pin(store, link->old.program, "program", &ignored);
	}
	if (!err)
		store_unpin(store, "link");
	return err;
}

static int attach_beside(struct xdp_link *link, __u32 path, int sockets, struct xe_error *error)
{
	const struct dispatcher dispatcher = {link->context->nic, link->mode, link->words};
	const struct xdp_rules rules = xdp_rules_of(link->context->store);
	bool with_old = link->old.dispatched && link->old.mode == link->mode;
	struct xe_error ignored = {};
	int err;

	if (!with_old)
		leave(link);
	link->program = xdp_dispatcher_load(&dispatcher, link->context->store, &rules, path,
					    sockets, error);
	err = link->program < 0 ? link->program : settle_beside(link, with_old, error);
	if (err && link->program >= 0)
		xdp_dispatcher_remove(dispatcher.nic, xdp_program_id(link->program), &ignored);
	if (err && !with_old)
		come_back(link);
	return err;
}

int xdp_link_attach(struct xdp_link *link, __u32 path, int sockets, struct xe_error *error)
{
	int err = link->dispatched ? attach_beside(link, path, sockets, error)
				   : attach_alone(link, path, sockets, error);

	fd_close(&link->old.link);
	fd_close(&link->old.program);
	return err;
}

int xdp_link_follow(struct xdp_link *link, struct xe_error *error)
{
	int program = store_get(link->context->store, "program");

	if (program < 0)
		return xe_fail(error, -program, "%s: cannot open the pinned program: %s",
			       link->context->nic->name, strerror(-program));
	fd_close(&link->program);
	link->program = program;
	return 0;
}

/* Not our own: `set` may have replaced it this moment. */
static __u32 pinned_program(const struct store *store)
{
	int program = store_get(store, "program");
	__u32 id = xdp_program_id(program);

	fd_close(&program);
	return id;
}

int xdp_link_check(const struct xdp_link *link, struct xe_error *error)
{
	const struct nic *nic = link->context->nic;
	struct xe_error ignored = {};
	__u32 ifindex, program;
	struct nic now;

	if (link_target(link->link, &ifindex, &program) && ifindex == nic->ifindex)
		return 0;
	/* every change of the others makes another dispatcher of it */
	if (link->dispatched && nic_find_index(nic->ifindex, &now, &ignored) == 0 &&
	    xdp_dispatcher_holds(&now, pinned_program(link->context->store)))
		return 0;
	return xe_fail(error, ENOENT, "%s: the XDP program was taken off the interface", nic->name);
}

/* --- taking off ------------------------------------------------------------------------------ */

void xdp_link_remove(struct xdp_link *link)
{
	const struct store *store = link->context->store;
	struct xe_error ignored = {};

	if (link->dispatched && link->program >= 0)
		xdp_dispatcher_remove(link->context->nic, xdp_program_id(link->program), &ignored);
	else if (link->link >= 0)
		bpf_link_detach(link->link);
	else
		return;
	store_unpin(store, "link");
	store_unpin(store, "program");
}

void xdp_link_close(struct xdp_link *link)
{
	fd_close(&link->link);
	fd_close(&link->program);
	fd_close(&link->old.link);
	fd_close(&link->old.program);
}

static int remove_here(const struct store *store, __u32 program, struct xe_error *error)
{
	struct xe_error gone = {};
	struct nic nic;

	if (nic_find(store->interface, &nic, &gone))
		return 0;
	return xdp_dispatcher_remove(&nic, program, error);
}

/* In the namespace of the attachment, and back again. */
static int leave_dispatcher(const struct store *store, __u32 program, struct xe_error *error)
{
	struct xe_error ignored = {};
	char here[XE_TEXT_MAX];
	int home, err;

	err = netns_identify(here, sizeof(here), error);
	if (err)
		return err;
	if (!strcmp(here, store->netns))
		return remove_here(store, program, error);
	home = netns_open(error);
	if (home < 0)
		return home;
	err = netns_enter(store->netns, error);
	if (!err)
		err = remove_here(store, program, error);
	if (err) {
		netns_return(home, &ignored);
		return err;
	}
	return netns_return(home, error);
}

/* No link: the program is in a dispatcher, if there is one. */
static int detach_program(const struct store *store, struct xe_error *error)
{
	int program = store_get(store, "program"), err;

	if (program == -ENOENT)
		return 0;
	err = leave_dispatcher(store, xdp_program_id(program), error);
	fd_close(&program);
	if (!err)
		store_unpin(store, "program");
	return err;
}

int xdp_link_detach(const struct store *store, struct xe_error *error)
{
	int link = store_get(store, "link"), err = 0;

	if (link == -ENOENT)
		return detach_program(store, error);
	if (link < 0)
		return xe_fail(error, -link, "%s: cannot open the pinned link: %s",
			       store->interface, strerror(-link));
	/* -ENOLINK: its interface has gone */
	if (bpf_link_detach(link) && errno != ENOLINK && errno != EINVAL)
		err = xe_fail(error, errno, "%s: cannot detach the XDP program: %s",
			      store->interface, strerror(errno));
	close(link);
	store_unpin(store, "link");
	store_unpin(store, "program");
	return err;
}
