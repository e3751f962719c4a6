// SPDX-License-Identifier: GPL-2.0-only
/*
 * xdp_pass.bpf.c - passes everything. A veth answers XDP_TX only when its peer
 * has a native program too; the demo and the tests put this one there.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

SEC("xdp.frags")
int xdp_pass(struct xdp_md *ctx)
{
	(void)ctx;
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
