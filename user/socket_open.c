// SPDX-License-Identifier: GPL-2.0-only
/* socket_open.c - see socket_open.h. */
#include <errno.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "abi.h"
#include "bytes.h"
#include "port_owner.h"
#include "socket_control.h"
#include "socket_open.h"

/* Room for about 2,500 small pings that arrive while the worker is not running; the kernel doubles
 * it, and takes it only as it is needed. */
#define QUEUE_BYTES (1 << 20)

struct socket_option {
	int level, name, value;
	enum { REQUIRED, WELCOME } need; /* WELCOME: done without where the kernel has it not */
};

static const struct socket_option common[] = {
	/* the workers, and the agent that takes over from another, share a port */
	{SOL_SOCKET, SO_REUSEPORT, 1, REQUIRED},
	{SOL_SOCKET, SO_RCVBUF, QUEUE_BYTES, REQUIRED},
	{SOL_SOCKET, SO_SNDBUF, QUEUE_BYTES, REQUIRED},
	/* beyond net.core.rmem_max and wmem_max, with CAP_NET_ADMIN */
	{SOL_SOCKET, SO_RCVBUFFORCE, QUEUE_BYTES, WELCOME},
	{SOL_SOCKET, SO_SNDBUFFORCE, QUEUE_BYTES, WELCOME},
	{SOL_SOCKET, SO_RXQ_OVFL, 1, WELCOME},
	{IPPROTO_UDP, UDP_GRO, 1, WELCOME},
};

static const struct socket_option ipv4[] = {
	{IPPROTO_IP, IP_PKTINFO, 1, REQUIRED},
	{IPPROTO_IP, IP_RECVTTL, 1, REQUIRED},
	{IPPROTO_IP, IP_RECVTOS, 1, REQUIRED},
	{IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_OMIT, REQUIRED}, /* see socket_set_df() */
};

/* IPv6 routers do not fragment, so here the path's MTU is obeyed, which is the default. */
static const struct socket_option ipv6[] = {
	{IPPROTO_IPV6, IPV6_V6ONLY, 1, REQUIRED},
	{IPPROTO_IPV6, IPV6_RECVPKTINFO, 1, REQUIRED},
	{IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1, REQUIRED},
	{IPPROTO_IPV6, IPV6_RECVTCLASS, 1, REQUIRED},
	/* the request's flow label, zero included, is the reply's */
	{IPPROTO_IPV6, IPV6_FLOWINFO, 1, WELCOME},
	{IPPROTO_IPV6, IPV6_AUTOFLOWLABEL, 0, WELCOME},
	/* a reply may come from an address that is local by a route alone (ip route add local) */
	{IPPROTO_IPV6, IPV6_FREEBIND, 1, WELCOME},
};

static int set_options(int fd, const struct socket_option *options, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct socket_option *option = &options[i];

		if (setsockopt(fd, option->level, option->name, &option->value,
			       sizeof(option->value)) &&
		    option->need == REQUIRED)
			return -errno;
	}
	return 0;
}

static int configure(int fd, const struct socket_place *place)
{
	int err = set_options(fd, common, sizeof(common) / sizeof(*common));

	if (!err && place->family == XE_IPV4)
		err = set_options(fd, ipv4, sizeof(ipv4) / sizeof(*ipv4));
	else if (!err)
		err = set_options(fd, ipv6, sizeof(ipv6) / sizeof(*ipv6));
	if (!err &&
	    setsockopt(fd, SOL_SOCKET, SO_BINDTOIFINDEX, &place->ifindex, sizeof(place->ifindex)))
		err = -errno;
	return err;
}

static int bind_port(int fd, const struct socket_place *place)
{
	struct sockaddr_in any4 = {.sin_family = AF_INET, .sin_port = place->port};
	struct sockaddr_in6 any6 = {.sin6_family = AF_INET6, .sin6_port = place->port};
	int err;

	if (place->family == XE_IPV4)
		err = bind(fd, (struct sockaddr *)&any4, sizeof(any4));
	else
		err = bind(fd, (struct sockaddr *)&any6, sizeof(any6));
	return err ? -errno : 0;
}

static int bind_failed(const struct socket_place *place, const char *interface, int err,
		       struct xe_error *error)
{
	const char *family = place->family == XE_IPV4 ? "IPv4" : "IPv6";
	unsigned int port = xe_host16(place->port);
	char owner[128];

	if (err == -EADDRINUSE) {
		port_owner(place->port, place->family, place->ifindex, owner, sizeof(owner));
		return xe_fail(error, EADDRINUSE,
			       "%s: UDP port %u (%s) is in use by %s; end it, or serve another "
			       "port with --port",
			       interface, port, family, owner);
	}
	return xe_fail(error, -err, "%s: cannot bind UDP port %u (%s): %s%s", interface, port,
		       family, strerror(-err),
		       err == -EACCES ? "; ports below 1024 need CAP_NET_BIND_SERVICE" : "");
}

int socket_open(const struct socket_place *place, const char *interface, struct xe_error *error)
{
	int family = place->family == XE_IPV4 ? AF_INET : AF_INET6;
	int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_UDP), err;

	if (fd < 0 && errno == EAFNOSUPPORT)
		return -EAFNOSUPPORT;
	if (fd < 0)
		return xe_fail(error, errno, "%s: cannot make a UDP socket: %s", interface,
			       strerror(errno));
	err = configure(fd, place);
	if (err) {
		err = xe_fail(error, -err, "%s: cannot set up a UDP socket on the device: %s",
			      interface, strerror(-err));
	} else {
		err = bind_port(fd, place);
		if (err)
			err = bind_failed(place, interface, err, error);
	}
	if (err)
		close(fd);
	return err ? err : fd;
}

/* An index that is not there, as while a group is being opened, leaves the choice to the hash. */
bool socket_steer_by_cpu(int fd, __u32 workers)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, SKF_AD_OFF + SKF_AD_CPU),
		BPF_STMT(BPF_ALU | BPF_MOD | BPF_K, workers),
		BPF_STMT(BPF_RET | BPF_A, 0),
	};
	const struct sock_fprog program = {.len = 3, .filter = code};

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program, sizeof(program)) == 0;
}

/*
 * Fragments by the interface's MTU alone, either way: a forged "fragmentation needed" has no
 * effect on our replies. Without DF a router with a smaller MTU fragments what it has to. With
 * it a datagram needs no identification (RFC 6864), which takes the kernel a fifth of the time
 * that a reply takes.
 */
bool socket_set_df(int fd, bool df)
{
	int value = df ? IP_PMTUDISC_PROBE : IP_PMTUDISC_OMIT;

	return setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &value, sizeof(value)) == 0;
}

/*
 * A connected socket takes datagrams of its peer alone, and has left the group of
 * SO_REUSEPORT. The peer is a multicast address: no datagram may come from one,
 * and a route to it is always there.
 */
void socket_retire(int fd, __u8 family)
{
	struct sockaddr_in peer4 = {
		.sin_family = AF_INET,
		.sin_port = xe_wire16(9),
		.sin_addr.s_addr = htonl(INADDR_ALLHOSTS_GROUP),
	};
	struct sockaddr_in6 peer6 = {
		.sin6_family = AF_INET6,
		.sin6_port = xe_wire16(9),
		.sin6_addr.s6_addr = {0xff, 0x02, [15] = 1},
	};

	/* where this fails the device is down or gone, and no ping arrives */
	if (family == XE_IPV4)
		(void)connect(fd, (struct sockaddr *)&peer4, sizeof(peer4));
	else
		(void)connect(fd, (struct sockaddr *)&peer6, sizeof(peer6));
}
