// SPDX-License-Identifier: GPL-2.0-only
/* sandbox.c - see sandbox.h (libcap-ng, call_filter.h). */
#include <bpf/bpf.h>
#include <cap-ng.h>
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "call_filter.h"
#include "privileges.h"
#include "sandbox.h"

/* --- capabilities ---------------------------------------------------------------------------- */

static void set_effective(capng_act_t action)
{
	capng_get_caps_process();
	for (int capability = 0; capability <= CAP_LAST_CAP; capability++)
		if (capng_have_capability(CAPNG_PERMITTED, capability))
			capng_update(action, CAPNG_EFFECTIVE, capability);
	capng_apply(CAPNG_SELECT_CAPS);
}

/*
 * Root owns the pins, and so opens them without capabilities; the kernel's check of bpf(2) comes
 * before that. 5.19 and later let everybody open pins. "/" is none, which is another error.
 */
static bool bpf_needs_capability(void)
{
	int fd, err;

	set_effective(CAPNG_DROP);
	fd = bpf_obj_get("/");
	err = errno;
	if (fd >= 0)
		close(fd);
	set_effective(CAPNG_ADD);
	return fd < 0 && err == EPERM;
}

/* --- system calls ---------------------------------------------------------------------------- */

/*
 * A state can only be mapped through a descriptor that may write, too. It is read all the same:
 * of bpf(2) there is no more than opening pins, and what is shared cannot be mapped writable, or
 * made so later.
 */
static const struct call_rule allowed[] = {
	/* connections */
	{CALL(accept4)},
	{CALL(epoll_create1)},
	{CALL(writev)},
	{CALL(getpeername)},
	{CALL(shutdown)},
	{CALL(listen)}, /* a server that is started anew does it again */
	/* pins */
	{CALL_IF(bpf, ARGUMENT(0, BPF_OBJ_GET))},
	{CALL_IF(bpf, ARGUMENT(0, BPF_OBJ_GET_INFO_BY_FD))},
	{CALL_IF(mmap, ARGUMENT(2, PROT_READ))},
	{CALL_IF(mmap, ARGUMENT_BITS(3, MAP_TYPE, MAP_PRIVATE))},
};

int sandbox_enter(struct xe_error *error)
{
	static const struct call_table table = CALL_TABLE(allowed);
	const __u64 bpf = 1ULL << CAP_BPF;
	int err = privileges_keep(bpf_needs_capability() ? privileges_effective() & bpf : 0, error);

	return err ? err : call_filter_load(&table, 1, error);
}
