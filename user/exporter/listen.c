// SPDX-License-Identifier: GPL-2.0-only
/* listen.c - see listen.h. */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "listen.h"
#include "parse.h"

#define BACKLOG 128

static int wrong(const char *text, struct xe_error *error)
{
	error->is_usage = true;
	return xe_fail(error, EINVAL,
		       "listen \"%s\": must be an address and a port, such as 127.0.0.1:11007, "
		       "[::1]:11007, or :11007 for all addresses",
		       text);
}

/* Takes "[::1]:11007" apart; false if it is not of this form. */
static bool split(const char *text, char *host, size_t size, const char **port)
{
	const char *colon = strrchr(text, ':');
	struct xe_error ignored = {};
	__u64 number;
	size_t length = colon ? colon - text : 0;
	bool brackets = length >= 2 && text[0] == '[' && text[length - 1] == ']';

	if (!colon || parse_number(colon + 1, "port", 0, 65535, &number, &ignored))
		return false;
	*port = colon + 1;
	if (brackets) {
		text++;
		length -= 2;
	} else if (memchr(text, ':', length)) {
		return false; /* where does the address end? */
	}
	return snprintf(host, size, "%.*s", (int)length, text) < (int)size;
}

static int open_socket(const struct addrinfo *info, bool all)
{
	int on = 1, only_ipv6 = !all, saved;
	int fd = socket(info->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (info->ai_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only_ipv6, sizeof(only_ipv6));
	if (bind(fd, info->ai_addr, info->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	saved = errno;
	close(fd);
	return -saved;
}

/* As the client would write it. */
static void describe(int fd, char *address, size_t size)
{
	struct sockaddr_storage bound;
	socklen_t length = sizeof(bound);
	char host[64] = "?", port[16] = "?";

	if (getsockname(fd, (struct sockaddr *)&bound, &length) == 0)
		getnameinfo((struct sockaddr *)&bound, length, host, sizeof(host), port,
			    sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV);
	snprintf(address, size, strchr(host, ':') ? "[%s]:%s" : "%s:%s", host, port);
}

static const char *advice(int err)
{
	switch (err) {
	case EADDRINUSE:
		return "; give another port with --listen";
	case EADDRNOTAVAIL:
		return "; this host has no such address";
	case EACCES:
		return "; ports below 1024 need root";
	default:
		return "";
	}
}

int listen_open(const char *text, char *address, size_t size, struct xe_error *error)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
				 .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE};
	struct addrinfo *info;
	const char *port;
	char host[64];
	int fd;

	if (!split(text, host, sizeof(host), &port))
		return wrong(text, error);
	/* all addresses: those of IPv6 take IPv4 too, where there is IPv6 */
	if (getaddrinfo(host[0] ? host : "::", port, &hints, &info))
		return wrong(text, error);
	fd = open_socket(info, !host[0]);
	freeaddrinfo(info);
	if (fd == -EAFNOSUPPORT && !host[0] && getaddrinfo("0.0.0.0", port, &hints, &info) == 0) {
		fd = open_socket(info, false);
		freeaddrinfo(info);
	}
	if (fd < 0)
		return xe_fail(error, -fd, "listen \"%s\": %s%s", text, strerror(-fd), advice(-fd));
	describe(fd, address, size);
	return fd;
}
