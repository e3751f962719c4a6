// SPDX-License-Identifier: GPL-2.0-only
/* subject.c - see subject.h. */
#include "answer.h"
#include "subject.h"

xe_verdict subject_answer(__u8 *frame, const __u8 *end, const struct xe_env *env)
{
	return answer_as_xdp(frame, end, env);
}

xe_verdict subject_answer_any(__u8 *frame, const __u8 *end, const struct xe_env *env)
{
	return xe_answer_any(frame, end, XE_REWRITE, env);
}
