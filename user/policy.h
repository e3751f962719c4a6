/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * policy.h - makes a struct xe_policy out of options.
 */
#ifndef XE_POLICY_H
#define XE_POLICY_H

#include "abi.h"
#include "error.h"

#define POLICY_PORT 7 /* served if no --port is given: echo, RFC 862 */

/* Defaults, with no port served yet. */
void policy_init(struct xe_policy *policy);

/* --port, may be given several times. */
int policy_add_ports(struct xe_policy *policy, const char *list, struct xe_error *error);

/* --ttl N, 1 to 255. */
int policy_set_ttl(struct xe_policy *policy, const char *text, struct xe_error *error);

/*
 * Derives what the packet path reads from what was asked for, and draws the
 * secret of the rate buckets. With `before`, the policy in force until now,
 * the secret is kept, so that no source's rate starts anew.
 */
int policy_finish(struct xe_policy *policy, const struct xe_policy *before, struct xe_error *error);

#endif
