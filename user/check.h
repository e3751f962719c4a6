/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * check.h - the doctor: findings about the host and its interfaces. Looks, and
 * changes nothing.
 */
#ifndef XE_CHECK_H
#define XE_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"
#include "nic.h"
#include "nic_features.h"

struct xe_policy;

enum check_level { CHECK_OK, CHECK_NOTE, CHECK_PROBLEM };

struct finding {
	enum check_level level;
	char interface[IF_NAMESIZE]; /* "" for what concerns the host */
	const char *subject;         /* what was looked at: a fixed word, for programs */
	char text[320];
	char command[320]; /* that mends it; "" if there is none */
};

struct findings {
	struct finding *list;
	size_t count, room;
	const char *interface; /* that the next findings are about, or NULL */
};

/* Adds a finding; what there is no memory for is left out. */
struct finding *check_add(struct findings *findings, enum check_level level, const char *subject,
			  const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Sets the command of a finding just added. */
void check_mend(struct finding *finding, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* What the kernel can do for which path, so that interfaces can be judged by it. */
struct check_host {
	bool xdp;   /* our program passes the verifier */
	bool afxdp; /* AF_XDP sockets can be made */
};

/* Privileges, bpffs, and which paths this kernel supports. */
void check_kernel(struct findings *findings, struct check_host *host);

/* Driver, XDP, MTU, queues, offloads, what it is stacked with. */
void check_interface(struct findings *findings, const struct check_host *host,
		     const struct nic *nic, const char *netns);

/* The other end of a veth, in whatever namespace it is. */
void check_peer(struct findings *findings, const struct nic *nic);

/* Do its addresses leave by it, and does rp_filter let packets in? */
void check_routes(struct findings *findings, const struct nic *nic);

/* Has somebody else bound the ports? */
void check_ports(struct findings *findings, const struct nic *nic, const char *netns,
		 const struct xe_policy *policy);

void check_render_text(const struct findings *findings);
int check_render_json(const struct findings *findings, struct xe_error *error);

#endif
