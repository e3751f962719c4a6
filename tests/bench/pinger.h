/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pinger.h - a client with one request under way, on a packet socket: so that a frame which
 * is only sent back, with its addresses as they were, is as good a reply as a real one.
 */
#ifndef BENCH_PINGER_H
#define BENCH_PINGER_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"

struct pinger {
	int fd;
	__u8 frame[128];
	size_t size;
};

double pinger_clock(void); /* seconds */

int pinger_open(struct pinger *pinger, int interface, struct xe_error *error);
int pinger_send(struct pinger *pinger, struct xe_error *error);
/* Has the reply to the last request come? Spins for so many seconds at most. */
bool pinger_receive(const struct pinger *pinger, double timeout);
/* Waits until a server has come up: it answers. */
int pinger_await(struct pinger *pinger, const char *name, struct xe_error *error);
void pinger_close(struct pinger *pinger);

#endif
