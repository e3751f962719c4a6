/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rate_key.h - the secret that decides which sources share a rate bucket.
 */
#ifndef XE_RATE_KEY_H
#define XE_RATE_KEY_H

#include "abi.h"
#include "error.h"

/*
 * Draws policy->hash_key. A multiply-shift hash is uniform over its keys, not
 * for each of them: about one key in twelve crowds neighbouring networks into
 * few buckets. Such keys are drawn again, which costs the packets nothing.
 */
int rate_key_draw(struct xe_policy *policy, struct xe_error *error);

#endif
