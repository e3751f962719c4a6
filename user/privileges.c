// SPDX-License-Identifier: GPL-2.0-only
/* privileges.c - see privileges.h. */
#include <cap-ng.h>
#include <errno.h>
#include <sys/prctl.h>

#include "privileges.h"

int privileges_keep(__u64 mask, struct xe_error *error)
{
	const capng_type_t sets = CAPNG_EFFECTIVE | CAPNG_PERMITTED;

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	capng_get_caps_process();
	for (int capability = 0; capability <= CAP_LAST_CAP; capability++)
		if (!(mask >> capability & 1))
			capng_update(CAPNG_DROP, sets | CAPNG_INHERITABLE | CAPNG_BOUNDING_SET,
				     capability);
	if (capng_apply(CAPNG_SELECT_BOTH))
		return xe_fail(error, EPERM, "cannot drop capabilities");
	return 0;
}

void privileges_drop_thread(void)
{
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	capng_clear(CAPNG_SELECT_BOTH);
	capng_apply(CAPNG_SELECT_CAPS);
}

const char *privileges_name(int capability)
{
	return capng_capability_to_name(capability);
}

__u64 privileges_effective(void)
{
	__u64 mask = 0;

	capng_get_caps_process();
	for (int capability = 0; capability <= CAP_LAST_CAP; capability++)
		if (capng_have_capability(CAPNG_EFFECTIVE, capability))
			mask |= 1ULL << capability;
	return mask;
}
