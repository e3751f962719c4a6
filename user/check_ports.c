// SPDX-License-Identifier: GPL-2.0-only
/* check_ports.c - are the UDP ports free for the socket path? */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bytes.h"
#include "check.h"
#include "policy.h"
#include "port_owner.h"
#include "store.h"

#define MOST_REPORTED 8

/* Binds as the socket path would, for an instant. */
static bool can_bind(__u16 port, __u8 family, const struct nic *nic)
{
	struct sockaddr_in ipv4 = {.sin_family = AF_INET, .sin_port = port};
	struct sockaddr_in6 ipv6 = {.sin6_family = AF_INET6, .sin6_port = port};
	bool is_ipv4 = family == XE_IPV4, bound;
	int fd = socket(is_ipv4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0), one = 1;

	if (fd < 0)
		return true; /* no such family here: nobody can be in the way */
	setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof(one));
	setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, nic->name, strlen(nic->name));
	if (!is_ipv4)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one));
	bound = is_ipv4 ? bind(fd, (struct sockaddr *)&ipv4, sizeof(ipv4)) == 0
			: bind(fd, (struct sockaddr *)&ipv6, sizeof(ipv6)) == 0;
	if (!bound && errno != EADDRINUSE)
		bound = true; /* another obstacle, which is reported elsewhere */
	close(fd);
	return bound;
}

/* A live agent has the ports; a probe among its sockets could take a ping away from it. */
static bool is_served(const struct nic *nic, const char *netns)
{
	struct xe_error none = {};
	struct store store;

	return store_locate(&store, netns, nic->name, false, NULL, &none) == 0 &&
	       store_agent(&store) != 0;
}

static bool check_port(struct findings *findings, const struct nic *nic, __u32 port)
{
	__u16 wire = xe_wire16(port);
	char owner[128];

	for (__u8 family = XE_IPV4; family <= XE_IPV6; family++) {
		if (can_bind(wire, family, nic))
			continue;
		port_owner(wire, family, nic->ifindex, owner, sizeof(owner));
		check_add(findings, CHECK_PROBLEM, "port",
			  "UDP port %u is taken by %s: end it, or serve another port with --port",
			  port, owner);
		return false;
	}
	return true;
}

void check_ports(struct findings *findings, const struct nic *nic, const char *netns,
		 const struct xe_policy *policy)
{
	unsigned int taken = 0;

	if (is_served(nic, netns)) {
		check_add(findings, CHECK_OK, "port", "attached, its agent holds the ports");
		return;
	}
	for (__u32 port = 1; port < 65536 && taken < MOST_REPORTED; port++)
		if (policy_serves_port(policy, port))
			taken += !check_port(findings, nic, port);
	if (!taken)
		check_add(findings, CHECK_OK, "port", "free");
}
