// SPDX-License-Identifier: GPL-2.0-only
/*
 * server_loop.c - the plain loop that anybody would write: recvfrom(2), sendto(2). A process
 * for each family.
 */
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server.h"

static int serve(int family)
{
	struct sockaddr_in6 ipv6 = {.sin6_family = AF_INET6, .sin6_port = htons(7)};
	struct sockaddr_in ipv4 = {.sin_family = AF_INET, .sin_port = htons(7)};
	const void *address = family == AF_INET ? (void *)&ipv4 : (void *)&ipv6;
	socklen_t size = family == AF_INET ? sizeof(ipv4) : sizeof(ipv6);
	int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0), one = 1;
	struct sockaddr_storage peer;
	static char data[65536];

	if (fd < 0 ||
	    (family == AF_INET6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one))))
		return -errno;
	if (bind(fd, address, size))
		return -errno;
	for (;;) {
		socklen_t length = sizeof(peer);
		ssize_t got = recvfrom(fd, data, sizeof(data), 0, (void *)&peer, &length);

		if (got >= 0)
			sendto(fd, data, got, 0, (void *)&peer, length);
	}
}

int server_loop(void)
{
	pid_t pid = fork();

	if (pid < 0)
		return -errno;
	if (pid == 0)
		prctl(PR_SET_PDEATHSIG, SIGTERM);
	return serve(pid ? AF_INET : AF_INET6);
}
