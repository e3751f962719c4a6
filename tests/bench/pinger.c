// SPDX-License-Identifier: GPL-2.0-only
/* pinger.c - see pinger.h. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "load.h"
#include "packet.h"
#include "pinger.h"

enum {
	PROTOCOL_AT = XE_ETH_SIZE + 9,
	NUMBER_AT = XE_ETH_SIZE + XE_IPV4_SIZE + XE_UDP_SIZE,
	READY_TRIES = 250,
};

static const struct load load = {"1 flow", XE_IPV4, false, 1, 22, 1, 1, RULES_DEFAULT, 0};

double pinger_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec * 1e-9;
}

int pinger_open(struct pinger *pinger, int interface, struct xe_error *error)
{
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = interface,
	};
	struct request request;
	int one = 1;

	load_request(&load, &request);
	load_frame(&load, pinger->frame);
	pinger->size = request.size;
	pinger->fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (pinger->fd < 0 || bind(pinger->fd, (void *)&address, sizeof(address)) ||
	    setsockopt(pinger->fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof(one)))
		return xe_fail(error, errno, "cannot open a packet socket: %s", strerror(errno));
	return 0;
}

/* A number and its complement, whose sum leaves the checksum as it is. */
static void number(struct pinger *pinger)
{
	__u16 next = xe_load(__u16, pinger->frame + NUMBER_AT) + 1;

	xe_store(__u16, pinger->frame + NUMBER_AT, next);
	xe_store(__u16, pinger->frame + NUMBER_AT + 2, (__u16)~next);
}

int pinger_send(struct pinger *pinger, struct xe_error *error)
{
	number(pinger);
	/* no buffer space: the other end is not up yet, or its queue is full; lost on the way */
	if (send(pinger->fd, pinger->frame, pinger->size, 0) >= 0 || errno == ENOBUFS)
		return 0;
	return xe_fail(error, errno, "cannot send a frame: %s", strerror(errno));
}

/* To the last request: one that comes late is none. */
static bool is_reply(const struct pinger *pinger, const __u8 *frame, ssize_t size)
{
	return size == (ssize_t)pinger->size && frame[PROTOCOL_AT] == XE_PROTOCOL_UDP &&
	       !memcmp(frame, load_client_mac, sizeof(load_client_mac)) &&
	       !memcmp(frame + NUMBER_AT, pinger->frame + NUMBER_AT, 4);
}

bool pinger_receive(const struct pinger *pinger, double timeout)
{
	double end = pinger_clock() + timeout;
	__u8 frame[256];

	for (;;) {
		ssize_t size = recv(pinger->fd, frame, sizeof(frame), 0);

		if (size >= 0 && is_reply(pinger, frame, size))
			return true;
		if (size < 0 && pinger_clock() >= end) /* all that has arrived was looked at */
			return false;
	}
}

int pinger_await(struct pinger *pinger, const char *name, struct xe_error *error)
{
	for (int tries = 0; tries < READY_TRIES; tries++) {
		int err = pinger_send(pinger, error);

		if (err)
			return err;
		usleep(20000);
		if (pinger_receive(pinger, 0))
			return 0;
	}
	return xe_fail(error, ETIMEDOUT, "%s does not answer", name);
}

void pinger_close(struct pinger *pinger)
{
	if (pinger->fd >= 0)
		close(pinger->fd);
	pinger->fd = -1;
}
