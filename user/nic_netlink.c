// SPDX-License-Identifier: GPL-2.0-only
/* nic_netlink.c - one netlink request and its answer, see nic_netlink.h. */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <stdlib.h>
#include <string.h>

#include "nic_netlink.h"

enum {
	/* a dump that is interrupted each time means a host that never stands still */
	DUMP_TRIES = 100,
	/* the kernel fills at most this much at once, and one link of many queues needs 8 K */
	RECEIVE_SIZE = 32 * 1024,
};

void *netlink_add_row(struct netlink_rows *rows)
{
	void *row;

	if (rows->count == rows->room) {
		size_t room = rows->room ? 2 * rows->room : 16;
		void *grown = reallocarray(rows->rows, room, rows->row_size);

		if (!grown)
			return NULL;
		rows->rows = grown;
		rows->room = room;
	}
	row = (char *)rows->rows + rows->count++ * rows->row_size;
	return memset(row, 0, rows->row_size);
}

void *netlink_start(union netlink_request *request, __u16 type, __u16 flags, size_t size)
{
	struct nlmsghdr *header;

	memset(request, 0, sizeof(*request)); /* attributes are padded with what is there */
	header = mnl_nlmsg_put_header(request->bytes);
	header->nlmsg_type = type;
	header->nlmsg_flags = NLM_F_REQUEST | flags;
	return mnl_nlmsg_put_extra_header(header, size);
}

struct answer {
	netlink_take *take;
	struct netlink_rows *rows;
};

static int take_message(const struct nlmsghdr *message, void *data)
{
	struct answer *answer = data;
	int err = answer->take(message, answer->rows);

	if (!err)
		return MNL_CB_OK;
	errno = -err;
	return MNL_CB_ERROR;
}

/*
 * The last message begins with an errno, zero or negative: an error or
 * acknowledgement (struct nlmsgerr), or the end of a dump, in which libmnl
 * 1.0.4 would not look for one.
 */
static int take_end(const struct nlmsghdr *message, void *data)
{
	int code = 0;

	(void)data;
	if (mnl_nlmsg_get_payload_len(message) >= sizeof(code))
		memcpy(&code, mnl_nlmsg_get_payload(message), sizeof(code));
	if (code >= 0)
		return MNL_CB_STOP;
	errno = -code;
	return MNL_CB_ERROR;
}

static int receive(struct mnl_socket *socket, unsigned int seq, struct answer *answer)
{
	mnl_cb_t control[NLMSG_DONE + 1] = {[NLMSG_ERROR] = take_end, [NLMSG_DONE] = take_end};
	unsigned int port = mnl_socket_get_portid(socket);
	union {
		struct nlmsghdr header;
		char bytes[RECEIVE_SIZE];
	} buffer;
	ssize_t size;
	int more;

	do {
		size = mnl_socket_recvfrom(socket, buffer.bytes, sizeof(buffer.bytes));
		if (size < 0)
			return -errno;
		more = mnl_cb_run2(buffer.bytes, size, seq, port, take_message, answer, control,
				   NLMSG_DONE + 1);
	} while (more > 0);
	return more < 0 ? -errno : 0;
}

static int ask_once(int family, struct nlmsghdr *request, struct answer *answer)
{
	struct mnl_socket *socket = mnl_socket_open2(family, SOCK_CLOEXEC);
	int one = 1, err;

	if (!socket)
		return -errno;
	/* without it (before Linux 4.20) the kernel ignores filters, and takers filter anyway */
	(void)mnl_socket_setsockopt(socket, NETLINK_GET_STRICT_CHK, &one, sizeof(one));
	if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0 ||
	    mnl_socket_sendto(socket, request, request->nlmsg_len) < 0)
		err = -errno;
	else
		err = receive(socket, request->nlmsg_seq, answer);
	mnl_socket_close(socket);
	return err;
}

int netlink_ask_family(int family, union netlink_request *request, netlink_take *take,
		       struct netlink_rows *rows)
{
	struct answer answer = {.take = take, .rows = rows};

	for (unsigned int tries = 1; tries <= DUMP_TRIES; tries++) {
		int err;

		rows->count = 0;
		request->header.nlmsg_seq = tries;
		err = ask_once(family, &request->header, &answer);
		if (err != -EINTR) /* NLM_F_DUMP_INTR, or a signal */
			return err;
	}
	return -EAGAIN;
}

int netlink_ask(union netlink_request *request, netlink_take *take, struct netlink_rows *rows)
{
	return netlink_ask_family(NETLINK_ROUTE, request, take, rows);
}
