/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * answer.h - the packet code as the XDP program uses it: the common shapes first, without the
 * rules that a plain policy has not, then the way that any frame can take. The program takes
 * that one alone where the policy is not plain; here the shapes are tried all the same.
 */
#ifndef TESTS_ANSWER_H
#define TESTS_ANSWER_H

#include "packet.h"

static inline bool answer_common(__u8 *frame, const __u8 *end, __u32 l2, enum xe_family family,
				 __u32 vlan, const struct xe_env *env, xe_verdict *verdict)
{
	struct xe_env shortest = *env;
	struct xe_ping ping;

	shortest.plain = env->policy->plain != XE_NOT_PLAIN;
	if (!xe_parse_common(frame, end, l2, family, vlan, &ping))
		return false;
	*verdict = xe_answer_ping(frame, l2, family, &ping, XE_REWRITE, &shortest);
	return true;
}

static inline xe_verdict answer_as_xdp(__u8 *frame, const __u8 *end, const struct xe_env *env)
{
	__u32 l2 = XE_ETH_SIZE, vlan = 0;
	xe_verdict verdict;

	if (xe_is_common_vlan(frame, end)) {
		l2 += XE_TAG_SIZE;
		vlan = xe_common_vlan(frame);
	}
	if (answer_common(frame, end, l2, XE_IPV4, vlan, env, &verdict) ||
	    answer_common(frame, end, l2, XE_IPV6, vlan, env, &verdict))
		return verdict;
	return xe_answer_any(frame, end, XE_REWRITE, env);
}

#endif
