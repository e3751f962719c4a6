/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * subject.h - the code under test: include/packet.h, in the two builds that
 * answer. Compiled with libFuzzer's instrumentation, which nothing else is, so
 * that "edges" are those of the packet code.
 */
#ifndef FUZZ_SUBJECT_H
#define FUZZ_SUBJECT_H

#include "packet.h"

/* As the XDP program and the AF_XDP worker do it: common frames by the short cut. */
xe_verdict subject_answer(__u8 *frame, const __u8 *end, const struct xe_env *env);

/* Without it. */
xe_verdict subject_answer_any(__u8 *frame, const __u8 *end, const struct xe_env *env);

#endif
