// SPDX-License-Identifier: GPL-2.0-only
/*
 * check_routes.c - dual-homing: does what the stack sends from an address leave
 * by the NIC that holds it? XDP needs no routing; the socket path and every
 * other service of the host do.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "format.h"
#include "nic_route.h"

#define FIRST_TABLE 100 /* of the tables that the suggested lines use, one an interface */

static bool is_link_local(const struct nic_address *address)
{
	return address->family == XE_IPV6 && address->bytes[0] == 0xfe &&
	       (address->bytes[1] & 0xc0) == 0x80;
}

/* "via 192.0.2.1 dev eth0", or what has to be filled in. */
static void describe_gateway(const struct nic *nic, __u8 family, char *text, size_t size)
{
	char gateway[INET6_ADDRSTRLEN] = "GATEWAY";
	struct nic_route route;

	if (nic_default_route(nic->ifindex, family, &route) == 0)
		inet_ntop(family == XE_IPV4 ? AF_INET : AF_INET6, route.gateway, gateway,
			  sizeof(gateway));
	snprintf(text, size, "via %s dev %s", gateway, nic->name);
}

static void suggest(struct finding *finding, const struct nic *nic,
		    const struct nic_address *address, const char *name)
{
	const char *ip = address->family == XE_IPV4 ? "ip" : "ip -6";
	__u32 table = FIRST_TABLE + nic->ifindex;
	char gateway[96];

	describe_gateway(nic, address->family, gateway, sizeof(gateway));
	check_mend(finding, "%s rule add from %s table %u && %s route add default %s table %u", ip,
		   name, table, ip, gateway, table);
}

/* True if it leaves by its own interface. */
static bool check_address(struct findings *findings, const struct nic *nic,
			  const struct nic_address *address)
{
	struct xe_error none = {};
	struct nic_route route = {};
	struct nic other = {};
	char name[64];
	int err = nic_route_from(address, &route);

	format_address(address, name, sizeof(name));
	if (err) {
		check_add(findings, CHECK_NOTE, "route",
			  "%s: no route to the Internet (%s): only hosts on the link get replies "
			  "from the stack",
			  name, strerror(-err));
		return true;
	}
	if (route.ifindex == address->ifindex) {
		check_add(findings, CHECK_OK, "route", "%s leaves by %s, table %u", name, nic->name,
			  route.table);
		return true;
	}
	nic_find_index(route.ifindex, &other, &none);
	suggest(check_add(findings, CHECK_PROBLEM, "route",
			  "%s: what the stack sends from it leaves by %s, not by %s", name,
			  other.name[0] ? other.name : "another interface", nic->name),
		nic, address, name);
	return false;
}

/* A file under /proc/sys/net/ipv4/conf; 0 if it cannot be read. */
static int setting(const char *interface, const char *name)
{
	char path[128];
	int value = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/sys/net/ipv4/conf/%s/%s", interface, name);
	file = fopen(path, "re");
	if (!file)
		return 0;
	if (fscanf(file, "%d", &value) != 1)
		value = 0;
	fclose(file);
	return value;
}

/* The kernel takes the larger of the two; 1 is strict, 2 is loose. */
static void check_rp_filter(struct findings *findings, const struct nic *nic, bool symmetric)
{
	int all = setting("all", "rp_filter"), own = setting(nic->name, "rp_filter");

	if ((own > all ? own : all) != 1)
		check_add(findings, CHECK_OK, "rp_filter", "not strict");
	else if (symmetric)
		check_add(findings, CHECK_OK, "rp_filter", "strict, and routes agree with it");
	else
		check_mend(check_add(findings, CHECK_PROBLEM, "rp_filter",
				     "strict, and routes do not agree: the stack drops pings to "
				     "this interface"),
			   "sysctl -w net.ipv4.conf.%s.rp_filter=2", nic->name);
}

void check_routes(struct findings *findings, const struct nic *nic)
{
	struct nic_address *list = NULL;
	struct xe_error failure = {};
	bool symmetric = true;
	size_t count = 0, own = 0;

	if (nic_addresses(nic->ifindex, &list, &count, &failure)) {
		check_add(findings, CHECK_PROBLEM, "address", "%.300s", failure.text);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		if (list[i].kind != XE_ADDRESS_SERVED || is_link_local(&list[i]))
			continue;
		own++;
		if (!check_address(findings, nic, &list[i]) && list[i].family == XE_IPV4)
			symmetric = false;
	}
	free(list);
	if (!own)
		check_mend(
			check_add(findings, CHECK_NOTE, "address",
				  "no address of its own: nothing is answered without --address"),
			"ip address add ADDRESS/PREFIX dev %s", nic->name);
	check_rp_filter(findings, nic, symmetric);
}
