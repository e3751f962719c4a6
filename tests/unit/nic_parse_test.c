// SPDX-License-Identifier: GPL-2.0-only
/*
 * nic_parse_test.c - rtnetlink messages, built here as the kernel builds them:
 * VLAN and QinQ devices, point-to-point addresses, notifications.
 */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/if_ether.h>
#include <linux/rtnetlink.h>
#include <net/if_arp.h>

#include "abi.h"
#include "nic_netlink.h"

#define ADDRESS4(a, b, c, d) htonl((a) << 24 | (b) << 16 | (c) << 8 | (d))

/* --- messages -------------------------------------------------------------------------------- */

struct link {
	__u16 type; /* RTM_*; 0 is RTM_NEWLINK */
	__u8 family;
	__u16 hardware;
	__u32 ifindex, flags, link;
	const char *name, *kind;
	__u16 vlan_id, vlan_protocol;
	bool has_netnsid;
};

static struct nlmsghdr *build_link(char *buffer, const struct link *link)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct nlattr *info, *data;
	struct ifinfomsg *header;

	message->nlmsg_type = link->type ? link->type : RTM_NEWLINK;
	header = mnl_nlmsg_put_extra_header(message, sizeof(*header));
	header->ifi_family = link->family;
	header->ifi_type = link->hardware ? link->hardware : ARPHRD_ETHER;
	header->ifi_index = link->ifindex;
	header->ifi_flags = link->flags;
	mnl_attr_put_strz(message, IFLA_IFNAME, link->name ? link->name : "nic");
	mnl_attr_put_u32(message, IFLA_MTU, 1500);
	mnl_attr_put(message, IFLA_ADDRESS, 6, "\x02\x00\x00\x00\x00\x01");
	if (link->link)
		mnl_attr_put_u32(message, IFLA_LINK, link->link);
	if (link->has_netnsid)
		mnl_attr_put_u32(message, IFLA_LINK_NETNSID, 0);
	if (!link->kind)
		return message;
	info = mnl_attr_nest_start(message, IFLA_LINKINFO);
	mnl_attr_put_strz(message, IFLA_INFO_KIND, link->kind);
	data = mnl_attr_nest_start(message, IFLA_INFO_DATA);
	mnl_attr_put_u16(message, IFLA_VLAN_ID, link->vlan_id);
	mnl_attr_put_u16(message, IFLA_VLAN_PROTOCOL, htons(link->vlan_protocol));
	mnl_attr_nest_end(message, data);
	mnl_attr_nest_end(message, info);
	return message;
}

static struct nic parse(const struct link *link)
{
	char buffer[1024];
	struct nic nic;

	memset(&nic, 0xff, sizeof(nic));
	assert_true(nic_parse_link(build_link(buffer, link), &nic));
	return nic;
}

static struct nlmsghdr *build_address(char *buffer, __u8 family, __u8 prefix)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct ifaddrmsg *header;

	message->nlmsg_type = RTM_NEWADDR;
	header = mnl_nlmsg_put_extra_header(message, sizeof(*header));
	header->ifa_family = family;
	header->ifa_prefixlen = prefix;
	header->ifa_index = 7;
	return message;
}

/* --- links ----------------------------------------------------------------------------------- */

static void test_vlan_devices(void **unused)
{
	struct nic nic;

	(void)unused;
	nic = parse(&(struct link){.ifindex = 5,
				   .flags = IFF_UP | IFF_RUNNING,
				   .link = 2,
				   .name = "eth0.100",
				   .kind = "vlan",
				   .vlan_id = 100,
				   .vlan_protocol = ETH_P_8021Q});
	assert_string_equal(nic.name, "eth0.100");
	assert_string_equal(nic.kind, "vlan");
	assert_string_equal(nic.driver, "");
	assert_int_equal(nic.ifindex, 5);
	assert_int_equal(nic.link, 2);
	assert_int_equal(nic.vlan_id, 100);
	assert_int_equal(nic.mtu, 1500);
	assert_false(nic.vlan_8021ad);
	assert_false(nic.link_in_other_netns);
	assert_true(nic.up && nic.running && nic.has_mac);

	nic = parse(&(struct link){.kind = "vlan",
				   .vlan_id = 4094,
				   .vlan_protocol = ETH_P_8021AD,
				   .has_netnsid = true});
	assert_int_equal(nic.vlan_id, 4094);
	assert_true(nic.vlan_8021ad);
	assert_true(nic.link_in_other_netns);
	assert_false(nic.up || nic.running);
}

/* IFLA_INFO_DATA means another thing for each kind: a macvlan's mode is no VLAN id. */
static void test_data_of_other_kinds(void **unused)
{
	struct nic nic = parse(&(struct link){
		.kind = "macvlan", .vlan_id = 4, .vlan_protocol = ETH_P_8021AD, .link = 2});

	(void)unused;
	assert_string_equal(nic.kind, "macvlan");
	assert_int_equal(nic.vlan_id, 0);
	assert_false(nic.vlan_8021ad);
}

static void test_no_mac_without_ethernet(void **unused)
{
	static const __u8 zero[6];
	struct nic nic = parse(&(struct link){.hardware = ARPHRD_LOOPBACK});

	(void)unused;
	assert_false(nic.has_mac);
	assert_memory_equal(nic.mac, zero, 6);
}

static struct nic_xdp parse_xdp(__u8 attached, __u32 id, __u16 mode_type, __u32 mode_id)
{
	struct nlattr *xdp;
	struct nlmsghdr *message;
	char buffer[1024];
	struct nic nic;

	message = build_link(buffer, &(struct link){.ifindex = 1});
	xdp = mnl_attr_nest_start(message, IFLA_XDP);
	mnl_attr_put_u8(message, IFLA_XDP_ATTACHED, attached);
	if (id)
		mnl_attr_put_u32(message, IFLA_XDP_PROG_ID, id);
	if (mode_type)
		mnl_attr_put_u32(message, mode_type, mode_id);
	mnl_attr_nest_end(message, xdp);
	assert_true(nic_parse_link(message, &nic));
	return nic.xdp;
}

static void assert_xdp(struct nic_xdp ids, __u32 native, __u32 generic, __u32 offload)
{
	assert_int_equal(ids.native_id, native);
	assert_int_equal(ids.generic_id, generic);
	assert_int_equal(ids.offload_id, offload);
}

static void test_xdp_programs(void **unused)
{
	(void)unused;
	assert_xdp(parse_xdp(XDP_ATTACHED_NONE, 0, 0, 0), 0, 0, 0);
	assert_xdp(parse_xdp(XDP_ATTACHED_DRV, 9, IFLA_XDP_DRV_PROG_ID, 9), 9, 0, 0);
	assert_xdp(parse_xdp(XDP_ATTACHED_SKB, 9, IFLA_XDP_SKB_PROG_ID, 9), 0, 9, 0);
	assert_xdp(parse_xdp(XDP_ATTACHED_HW, 9, 0, 0), 0, 0, 9);
	assert_xdp(parse_xdp(XDP_ATTACHED_SKB, 9, 0, 0), 0, 9, 0);
	/* several modes at once: no common id */
	assert_xdp(parse_xdp(XDP_ATTACHED_MULTI, 0, IFLA_XDP_DRV_PROG_ID, 3), 3, 0, 0);
}

/* Attributes that end early, and names that do not end, are read as far as they go. */
static void test_malformed_links(void **unused)
{
	char buffer[1024], long_name[40];
	struct nlmsghdr *message;
	struct nic nic;

	(void)unused;
	message = mnl_nlmsg_put_header(buffer);
	mnl_nlmsg_put_extra_header(message, sizeof(struct ifinfomsg) - 4);
	assert_false(nic_parse_link(message, &nic));

	message = build_link(buffer, &(struct link){.ifindex = 1});
	memset(long_name, 'x', sizeof(long_name));
	mnl_attr_put(message, IFLA_IFNAME, sizeof(long_name), long_name);
	mnl_attr_put(message, IFLA_MTU, 1, "x");
	mnl_attr_put(message, IFLA_ADDRESS, 20, long_name); /* InfiniBand's length */
	assert_true(nic_parse_link(message, &nic));
	assert_int_equal(strlen(nic.name), IF_NAMESIZE - 1);
	assert_int_equal(nic.mtu, 0);

	/* cut anywhere: no crash, which the sanitizers watch */
	message = build_link(buffer, &(struct link){.kind = "vlan", .vlan_id = 3});
	for (__u32 length = message->nlmsg_len; length > NLMSG_HDRLEN; length--) {
		message->nlmsg_len = length;
		nic_parse_link(message, &nic);
	}
}

/* --- the stack ------------------------------------------------------------------------------- */

static struct nic vlan(__u32 ifindex, __u32 link, __u16 id, bool service)
{
	return (struct nic){.ifindex = ifindex,
			    .link = link,
			    .kind = "vlan",
			    .up = true,
			    .vlan_id = id,
			    .vlan_8021ad = service};
}

static __u32 key_of(const struct nic_level *levels, size_t count, __u32 ifindex)
{
	for (size_t i = 0; i < count; i++)
		if (levels[i].ifindex == ifindex)
			return levels[i].vlan;
	fail_msg("interface %u is not in the stack", ifindex);
	return 0;
}

static void test_stack(void **unused)
{
	const __u32 service = 200 | XE_VLAN_8021AD;
	struct nic links[12];
	struct nic_level levels[12];
	size_t count = 0;

	(void)unused;
	links[count++] = vlan(20, 12, 7, false); /* an upper before its lower: order is free */
	links[count++] = (struct nic){.ifindex = 2, .up = true};
	links[count++] = (struct nic){.ifindex = 3, .up = true};
	links[count++] = vlan(11, 2, 100, false);
	links[count++] = vlan(12, 2, 200, true);
	links[count++] = vlan(13, 3, 100, false); /* on another interface */
	links[count++] = vlan(10, 11, 8, false);  /* 802.1Q in 802.1Q */
	links[count++] = vlan(30, 20, 9, false);  /* three deep: no path answers it */
	links[count++] = vlan(14, 2, 101, false);
	links[count - 1].up = false;
	links[count++] = vlan(15, 14, 5, false); /* on one that is down */
	links[count++] = vlan(16, 2, 102, false);
	links[count - 1].link_in_other_netns = true; /* another 2 */
	links[count++] = vlan(17, 2, 0, false);      /* priority tags name no VLAN */

	count = nic_stack(links, 12, 2, levels);
	assert_int_equal(count, 6);
	assert_int_equal(key_of(levels, count, 2), 0);
	assert_int_equal(key_of(levels, count, 11), 100);
	assert_int_equal(key_of(levels, count, 12), service);
	assert_int_equal(key_of(levels, count, 20), service | 7 << XE_VLAN_BITS);
	assert_int_equal(key_of(levels, count, 10), 100 | 8 << XE_VLAN_BITS);
	assert_int_equal(key_of(levels, count, 17), 0);
	for (size_t i = 1; i < count; i++)
		assert_true(levels[i - 1].ifindex < levels[i].ifindex);

	/* attached to the VLAN device itself, its frames come without the tag */
	count = nic_stack(links, 12, 12, levels);
	assert_int_equal(count, 3);
	assert_int_equal(key_of(levels, count, 12), 0);
	assert_int_equal(key_of(levels, count, 20), 7);
	assert_int_equal(key_of(levels, count, 30), 7 | 9 << XE_VLAN_BITS);

	assert_int_equal(nic_stack(links, 12, 99, levels), 0);
	assert_int_equal(nic_stack(NULL, 0, 2, levels), 0);
}

/* --- addresses ------------------------------------------------------------------------------- */

static void assert_ipv4(const struct nic_address *address, __u32 bytes, __u8 kind)
{
	assert_int_equal(address->family, XE_IPV4);
	assert_int_equal(address->kind, kind);
	assert_int_equal(address->ifindex, 7);
	assert_int_equal(address->vlan, 0);
	assert_memory_equal(address->bytes, &bytes, 4);
}

static size_t parse_ipv4(__u8 prefix, __u32 local, __u32 address, __u32 broadcast,
			 struct nic_address *rows)
{
	struct nlmsghdr *message;
	char buffer[256];

	message = build_address(buffer, AF_INET, prefix);
	mnl_attr_put_u32(message, IFA_ADDRESS, address);
	mnl_attr_put_u32(message, IFA_LOCAL, local);
	if (broadcast)
		mnl_attr_put_u32(message, IFA_BROADCAST, broadcast);
	return nic_parse_address(message, rows);
}

static void test_ipv4_addresses(void **unused)
{
	const __u32 own = ADDRESS4(10, 1, 2, 3), last = ADDRESS4(10, 1, 2, 255);
	const __u32 set = ADDRESS4(10, 1, 9, 9), peer = ADDRESS4(10, 9, 0, 1);
	struct nic_address rows[NIC_ADDRESS_ROWS];

	(void)unused;
	assert_int_equal(parse_ipv4(24, own, own, last, rows), 2);
	assert_ipv4(&rows[0], own, XE_ADDRESS_SERVED);
	assert_int_equal(rows[0].prefix, 24);
	assert_ipv4(&rows[1], last, XE_ADDRESS_BROADCAST);

	/* none set: the kernel routes the last address of the prefix as broadcast anyway */
	assert_int_equal(parse_ipv4(24, own, own, 0, rows), 2);
	assert_ipv4(&rows[1], last, XE_ADDRESS_BROADCAST);

	assert_int_equal(parse_ipv4(24, own, own, set, rows), 3);
	assert_ipv4(&rows[1], set, XE_ADDRESS_BROADCAST);
	assert_ipv4(&rows[2], last, XE_ADDRESS_BROADCAST);

	assert_int_equal(parse_ipv4(31, own, own, 0, rows), 1);
	assert_int_equal(parse_ipv4(32, own, own, 0, rows), 1);
	assert_int_equal(parse_ipv4(0, own, own, 0, rows), 2);
	assert_ipv4(&rows[1], INADDR_NONE, XE_ADDRESS_BROADCAST);

	/* point to point: the peer is not ours; a prefix would be the peer's */
	assert_int_equal(parse_ipv4(32, own, peer, 0, rows), 1);
	assert_ipv4(&rows[0], own, XE_ADDRESS_SERVED);
	assert_int_equal(parse_ipv4(24, own, peer, 0, rows), 2);
	assert_ipv4(&rows[1], ADDRESS4(10, 9, 0, 255), XE_ADDRESS_BROADCAST);
}

static size_t parse_ipv6(__u32 flags, bool peer, struct nic_address *rows)
{
	static const __u8 own[16] = {0x20, 1, [15] = 1}, other[16] = {0x20, 1, [15] = 2};
	struct nlmsghdr *message;
	char buffer[256];
	size_t count;

	message = build_address(buffer, AF_INET6, 64);
	mnl_attr_put(message, IFA_ADDRESS, 16, peer ? other : own);
	if (peer)
		mnl_attr_put(message, IFA_LOCAL, 16, own);
	mnl_attr_put_u32(message, IFA_FLAGS, flags);
	count = nic_parse_address(message, rows);
	if (count) {
		assert_int_equal(rows[0].family, XE_IPV6);
		assert_int_equal(rows[0].kind, XE_ADDRESS_SERVED);
		assert_memory_equal(rows[0].bytes, own, 16);
	}
	return count;
}

static void test_ipv6_addresses(void **unused)
{
	struct nic_address rows[NIC_ADDRESS_ROWS];

	(void)unused;
	assert_int_equal(parse_ipv6(IFA_F_PERMANENT, false, rows), 1);
	assert_int_equal(parse_ipv6(IFA_F_PERMANENT, true, rows), 1);
	assert_int_equal(parse_ipv6(IFA_F_DEPRECATED | IFA_F_NOPREFIXROUTE, false, rows), 1);
	assert_int_equal(parse_ipv6(IFA_F_TENTATIVE, false, rows), 0);
	assert_int_equal(parse_ipv6(IFA_F_TENTATIVE | IFA_F_OPTIMISTIC, false, rows), 1);
	assert_int_equal(parse_ipv6(IFA_F_DADFAILED, false, rows), 0);
	assert_int_equal(
		parse_ipv6(IFA_F_TENTATIVE | IFA_F_OPTIMISTIC | IFA_F_DADFAILED, false, rows), 0);
}

static void test_malformed_addresses(void **unused)
{
	struct nic_address rows[NIC_ADDRESS_ROWS];
	struct nlmsghdr *message;
	char buffer[256];

	(void)unused;
	message = build_address(buffer, AF_INET, 24);
	assert_int_equal(nic_parse_address(message, rows), 0); /* no attribute */
	mnl_attr_put(message, IFA_ADDRESS, 16, "0123456789abcdef");
	assert_int_equal(nic_parse_address(message, rows), 0); /* of the other family's size */
	message = build_address(buffer, AF_UNIX, 24);
	mnl_attr_put_u32(message, IFA_ADDRESS, 1);
	assert_int_equal(nic_parse_address(message, rows), 0);
	message = mnl_nlmsg_put_header(buffer);
	assert_int_equal(nic_parse_address(message, rows), 0);
}

/* --- notifications --------------------------------------------------------------------------- */

static void assert_change(const struct link *link, bool addresses, bool changed, bool gone)
{
	struct nic_change change = {0};
	char buffer[1024];

	nic_parse_change(build_link(buffer, link), 7, &change);
	assert_int_equal(change.addresses, addresses);
	assert_int_equal(change.link, changed);
	assert_int_equal(change.gone, gone);
}

static void test_notifications(void **unused)
{
	struct nic_change change = {0};
	char buffer[256];

	(void)unused;
	assert_change(&(struct link){.ifindex = 7}, false, true, false);
	assert_change(&(struct link){.ifindex = 8}, false, false, false);
	assert_change(&(struct link){.ifindex = 8, .kind = "vlan"}, true, false, false);
	assert_change(&(struct link){.ifindex = 8, .kind = "vlan", .type = RTM_DELLINK}, true,
		      false, false);
	assert_change(&(struct link){.ifindex = 7, .kind = "vlan"}, true, true, false);
	assert_change(&(struct link){.ifindex = 8, .type = RTM_DELLINK}, false, false, false);
	assert_change(&(struct link){.ifindex = 7, .type = RTM_DELLINK}, false, true, true);
	/* a port that leaves its bridge */
	assert_change(&(struct link){.ifindex = 7, .type = RTM_DELLINK, .family = AF_BRIDGE}, false,
		      true, false);
	assert_change(&(struct link){.ifindex = 7, .type = RTM_NEWNEIGH}, false, false, false);

	nic_parse_change(build_address(buffer, AF_INET, 24), 1, &change);
	assert_true(change.addresses);
	assert_false(change.link || change.gone);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vlan_devices),
		cmocka_unit_test(test_data_of_other_kinds),
		cmocka_unit_test(test_no_mac_without_ethernet),
		cmocka_unit_test(test_xdp_programs),
		cmocka_unit_test(test_malformed_links),
		cmocka_unit_test(test_stack),
		cmocka_unit_test(test_ipv4_addresses),
		cmocka_unit_test(test_ipv6_addresses),
		cmocka_unit_test(test_malformed_addresses),
		cmocka_unit_test(test_notifications),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
