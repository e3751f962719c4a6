/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bpf_log.h - what libbpf and libxdp have to say, kept until somebody asks.
 */
#ifndef XE_BPF_LOG_H
#define XE_BPF_LOG_H

#include <stdbool.h>

/* Takes over both libraries' messages; `verbose` also prints them on stderr. */
void bpf_log_init(bool verbose);

/* Forgets; call before an operation whose words may be wanted. */
void bpf_log_clear(void);

/*
 * The kernel's own words about what just failed: netlink's extended ack, or
 * the verifier's last complaint. "" if it said nothing.
 */
const char *bpf_log_words(void);

#endif
