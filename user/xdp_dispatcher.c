// SPDX-License-Identifier: GPL-2.0-only
/* xdp_dispatcher.c - see xdp_dispatcher.h. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <limits.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xdp/libxdp.h>

#include "bpf_log.h"
#include "bpffs.h"
#include "privileges.h"
#include "xdp_dispatcher.h"

/* Programs that a dispatcher has room for (MAX_DISPATCHER_ACTIONS of libxdp). */
enum { ROOM = 10 };

/* --- pins ------------------------------------------------------------------------------------ */

/*
 * libxdp pins what it attaches in BPFFS/xdp/dispatch-IFINDEX-ID, where ID is the dispatcher's:
 * prog0-prog, prog0-link and so on (its protocol.org).
 */
static bool pin_path(const struct nic *nic, const char *name, char path[PATH_MAX])
{
	__u32 id = nic->xdp.native_id ? nic->xdp.native_id : nic->xdp.generic_id;
	struct xe_error ignored = {};
	char bpffs[PATH_MAX / 2];

	if (!id || bpffs_find(bpffs, sizeof(bpffs), false, NULL, &ignored))
		return false;
	snprintf(path, PATH_MAX, "%s/xdp/dispatch-%u-%u%s", bpffs, nic->ifindex, id, name);
	return true;
}

bool xdp_dispatcher_is_there(const struct nic *nic)
{
	char path[PATH_MAX];

	return pin_path(nic, "", path) && access(path, F_OK) == 0;
}

static __u32 pinned_id(const char *path)
{
	int fd = bpf_obj_get(path);
	__u32 id = xdp_program_id(fd);

	if (fd >= 0)
		close(fd);
	return id;
}

/* The programs of the dispatcher; returns how many. */
static int list_programs(const struct nic *nic, __u32 ids[ROOM])
{
	char path[PATH_MAX], name[32];
	int count = 0;

	for (int i = 0; i < ROOM; i++) {
		snprintf(name, sizeof(name), "/prog%d-prog", i);
		if (pin_path(nic, name, path) && (ids[count] = pinned_id(path)))
			count++;
	}
	return count;
}

bool xdp_dispatcher_holds(const struct nic *nic, __u32 program)
{
	__u32 ids[ROOM];

	for (int i = list_programs(nic, ids) - 1; i >= 0; i--)
		if (ids[i] == program)
			return true;
	return false;
}

bool xdp_dispatcher_holds_other(const struct nic *nic, __u32 program)
{
	__u32 ids[ROOM];

	for (int i = list_programs(nic, ids) - 1; i >= 0; i--)
		if (ids[i] != program)
			return true;
	return false;
}

/* libxdp looks for bpffs in its usual place only. */
static void tell_libxdp(void)
{
	struct xe_error ignored = {};
	char bpffs[PATH_MAX];

	if (bpffs_find(bpffs, sizeof(bpffs), false, NULL, &ignored) == 0)
		setenv("LIBXDP_BPFFS", bpffs, 1);
}

/* --- attaching ------------------------------------------------------------------------------- */

static enum xdp_attach_mode mode_of(__u32 mode)
{
	return mode == XE_GENERIC ? XDP_MODE_SKB : XDP_MODE_NATIVE;
}

/* libxdp asks the kernel for programs and their types by number. */
int xdp_dispatcher_may(const char *words, struct xe_error *error)
{
	if (privileges_effective() >> CAP_SYS_ADMIN & 1)
		return 0;
	return xe_fail(error, EPERM,
		       "%s: libxdp's dispatcher takes CAP_SYS_ADMIN, which an agent does not keep; "
		       "attach again as root",
		       words);
}

static int failed(const struct dispatcher *dispatcher, int err, struct xe_error *error)
{
	const char *words = bpf_log_words();

	return xe_fail(error, err, "%s: cannot attach through libxdp's dispatcher: %s%s%s%s",
		       dispatcher->words, strerror(err), words[0] ? ": " : "", words,
		       err == EOPNOTSUPP ? "; the kernel refuses programs of type EXT" : "");
}

/* Without EXT programs libxdp attaches a single one in the dispatcher's place: not what was meant.
 */
static int attach(const struct dispatcher *dispatcher, struct xdp_program *program)
{
	const struct nic *nic = dispatcher->nic;
	struct xe_error ignored = {};
	struct nic now;
	int err;

	tell_libxdp();
	err = xdp_program__attach(program, nic->ifindex, mode_of(dispatcher->mode), 0);
	if (err)
		return err;
	err = nic_find_index(nic->ifindex, &now, &ignored);
	if (!err && !xdp_dispatcher_holds(&now, xdp_program__id(program)))
		err = -EOPNOTSUPP;
	if (err)
		xdp_program__detach(program, nic->ifindex, mode_of(dispatcher->mode), 0);
	return err;
}

struct request {
	const struct dispatcher *dispatcher;
	int fd;
};

static int load_and_attach(struct bpf_object *object, const char *name, void *argument)
{
	LIBBPF_OPTS(xdp_program_opts, options, .obj = object, .prog_name = name);
	struct request *request = argument;
	struct xdp_program *program = xdp_program__create(&options);
	int err = libxdp_get_error(program);

	if (err)
		return err;
	err = attach(request->dispatcher, program);
	if (!err)
		request->fd = dup(xdp_program__fd(program));
	if (!err && request->fd < 0)
		err = -errno;
	xdp_program__close(program);
	return err;
}

int xdp_dispatcher_load(const struct dispatcher *dispatcher, const struct store *store,
			const struct xdp_rules *rules, __u32 path, int sockets,
			struct xe_error *error)
{
	struct request request = {dispatcher, -1};
	int plain, err;

	/* as a program of its own first: the verifier speaks more clearly of that */
	plain = xdp_program_load(store, rules, path, sockets, error);
	if (plain < 0)
		return plain;
	close(plain);
	bpf_log_clear();
	err = xdp_program_load_with(store, rules, path, sockets, load_and_attach, &request);
	return err ? failed(dispatcher, -err, error) : request.fd;
}

int xdp_dispatcher_put_back(const struct dispatcher *dispatcher, int fd, struct xe_error *error)
{
	struct xdp_program *program = xdp_program__from_fd(fd);
	int err = libxdp_get_error(program);

	bpf_log_clear();
	if (!err) {
		err = attach(dispatcher, program);
		xdp_program__close(program);
	}
	return err ? failed(dispatcher, -err, error) : 0;
}

/* --- taking off ------------------------------------------------------------------------------ */

static int remove_from(struct xdp_multiprog *programs, __u32 ifindex, __u32 id)
{
	struct xdp_program *program = NULL;

	if (xdp_multiprog__is_legacy(programs))
		return 0;
	while ((program = xdp_multiprog__next_prog(program, programs)))
		if (xdp_program__id(program) == id)
			return xdp_program__detach(program, ifindex,
						   xdp_multiprog__attach_mode(programs), 0);
	return 0;
}

int xdp_dispatcher_remove(const struct nic *nic, __u32 program, struct xe_error *error)
{
	struct xdp_multiprog *programs;
	struct xe_error gone = {};
	struct nic now;
	int err;

	/* an agent may look, but not remove */
	if (nic_find_index(nic->ifindex, &now, &gone) || !xdp_dispatcher_holds(&now, program))
		return 0;
	tell_libxdp();
	bpf_log_clear();
	programs = xdp_multiprog__get_from_ifindex(nic->ifindex);
	err = libxdp_get_error(programs);
	if (err == -ENOENT)
		return 0;
	if (!err) {
		err = remove_from(programs, nic->ifindex, program);
		xdp_multiprog__close(programs);
	}
	if (err)
		return xe_fail(error, -err, "%s: cannot leave libxdp's dispatcher: %s %s",
			       nic->name, strerror(-err), bpf_log_words());
	return 0;
}
