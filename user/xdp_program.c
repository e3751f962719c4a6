// SPDX-License-Identifier: GPL-2.0-only
/* xdp_program.c - see xdp_program.h. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "bpf_log.h"
#include "clock.h"
#include "names.h"
#include "xdp_echo.skel.h"
#include "xdp_program.h"

static const char *advice(int err)
{
	/* without CAP_PERFMON it is the verifier that refuses, with EACCES */
	return err == EPERM || err == EACCES
		       ? "; run as root with CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON"
		       : "";
}

static int load_failed(__u32 path, int err, struct xe_error *error)
{
	const char *words = bpf_log_words();

	return xe_fail(error, err, "%s: the kernel refused the XDP program: %s%s%s%s",
		       path_name(path), strerror(err), words[0] ? ": " : "", words, advice(err));
}

/* Points the program's .bss at the state that userspace already maps. */
static int share_state(const struct store *store, struct xdp_echo_bpf *object)
{
	if (bpf_map__value_size(object->maps.bss) != sizeof(struct xe_state))
		return -EPROTO;
	return bpf_map__reuse_fd(object->maps.bss, store->state_fd);
}

/* What differs between the two programs. */
static int choose(struct xdp_echo_bpf *object, __u32 path, int sockets)
{
	*(__u64 *)&object->rodata->counters_at = XE_COUNTERS_AT(path);
	bpf_program__set_autoload(object->progs.xdp_redirect, path == XE_AFXDP);
	bpf_program__set_autoload(object->progs.xdp_echo, path != XE_AFXDP);
	if (path == XE_AFXDP)
		return bpf_map__reuse_fd(object->maps.sockets, sockets);
	return bpf_map__set_autocreate(object->maps.sockets, false);
}

static int share_lists(struct xdp_echo_bpf *object, const struct store_lists *lists)
{
	if (lists->lists)
		return bpf_map__reuse_fd(object->maps.prefixes, lists->fd);
	return bpf_map__set_autocreate(object->maps.prefixes, false);
}

struct xdp_rules xdp_rules_of(const struct store *store)
{
	return (struct xdp_rules){&store->state->policy, &store->lists};
}

/* The buckets are shared with the socket path, which has a clock of its own. */
static void set_clock(const struct store *store, const struct xdp_echo_bpf *object)
{
	struct xe_info *info = &store->state->info;
	__u8 frame[64] = {};
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = frame, .data_size_in = sizeof(frame));
	__u64 offset = clock_offset_guess();

	if (bpf_program__fd(object->progs.xdp_clock) < 0)
		return; /* only the main program was loaded */
	if (bpf_prog_test_run_opts(bpf_program__fd(object->progs.xdp_clock), &options) == 0)
		offset = clock_offset_to(info->clock_ticks);
	__atomic_store_n(&info->clock_offset, offset, __ATOMIC_RELAXED); /* workers read it */
}

int xdp_program_load_with(const struct store *store, const struct xdp_rules *rules, __u32 path,
			  int sockets, xdp_program_loader *load, void *argument)
{
	struct xdp_echo_bpf *object = xdp_echo_bpf__open();
	struct bpf_program *program;
	int err;

	if (!object)
		return -errno;
	memcpy((void *)&object->rodata->policy, rules->policy, sizeof(struct xe_policy));
	program = path == XE_AFXDP ? object->progs.xdp_redirect : object->progs.xdp_echo;

	err = choose(object, path, sockets);
	if (!err)
		err = share_lists(object, rules->lists);
	if (!err)
		err = share_state(store, object);
	if (!err)
		err = load(object->obj, bpf_program__name(program), argument);
	if (!err)
		set_clock(store, object);
	xdp_echo_bpf__destroy(object);
	return err;
}

/* Leaves a descriptor of the program in *argument. */
static int load_plainly(struct bpf_object *object, const char *name, void *argument)
{
	int err = bpf_object__load(object), *fd = argument;

	if (err)
		return err;
	*fd = dup(bpf_program__fd(bpf_object__find_program_by_name(object, name)));
	return *fd < 0 ? -errno : 0;
}

int xdp_program_load(const struct store *store, const struct xdp_rules *rules, __u32 path,
		     int sockets, struct xe_error *error)
{
	int fd = -1, err;

	if (libbpf_num_possible_cpus() > XE_MAX_SLOTS)
		return xe_fail(error, E2BIG, "%s: %d possible CPUs, XDP counters have room for %d",
			       path_name(path), libbpf_num_possible_cpus(), XE_MAX_SLOTS);
	bpf_log_clear();
	err = xdp_program_load_with(store, rules, path, sockets, load_plainly, &fd);
	return err ? load_failed(path, -err, error) : fd;
}

__u32 xdp_program_id(int program)
{
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info);

	return program < 0 || bpf_obj_get_info_by_fd(program, &info, &size) ? 0 : info.id;
}

int xdp_program_sockets(struct xe_error *error)
{
	int fd = bpf_map_create(BPF_MAP_TYPE_XSKMAP, "xdp_echo_xsk", sizeof(__u32), sizeof(__u32),
				XE_MAX_SLOTS, NULL);

	if (fd < 0)
		return xe_fail(error, errno, "%s: the kernel refused a map of AF_XDP sockets: %s%s",
			       path_name(XE_AFXDP), strerror(errno), advice(errno));
	return fd;
}
