// SPDX-License-Identifier: GPL-2.0-only
/*
 * packet_table.c - see packet_table.h: the host that the rows speak of, its policies, and the
 * rows that a loop describes better than a list.
 */
#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "packet_rows.h"
#include "policy.h"
#include "table.h"

/* PING4(.ttl = 1): what stands later replaces what stands first, and the rest is as usual. */
#pragma GCC diagnostic ignored "-Woverride-init"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

/* --- the host -------------------------------------------------------------------------------- */

static const struct host_address host[] = {
	{"192.0.2.1", 0, XE_ADDRESS_SERVED},
	{"192.0.2.9", 0, XE_ADDRESS_OWN},
	{"192.0.2.255", 0, XE_ADDRESS_BROADCAST},
	{"198.51.100.1", VLAN_10, XE_ADDRESS_SERVED},
	{"198.51.100.255", VLAN_10, XE_ADDRESS_BROADCAST},
	{"203.0.113.1", QINQ_20_30, XE_ADDRESS_SERVED},
	{"203.0.113.2", QINQ_AD_20_30, XE_ADDRESS_SERVED},
	{"10.0.0.1", 40, XE_ADDRESS_SERVED},
	{"10.0.0.1", 41, XE_ADDRESS_SERVED},
	{"2001:db8::1", 0, XE_ADDRESS_SERVED},
	{"2001:db8::9", 0, XE_ADDRESS_OWN},
	{"fe80::1", 0, XE_ADDRESS_SERVED},
	{"2001:db8:10::1", VLAN_10, XE_ADDRESS_SERVED},
	{"2001:db8:20::2", QINQ_AD_20_30, XE_ADDRESS_SERVED},
	{},
};

void fill_addresses(struct xe_table *table, const struct host_address *list)
{
	struct nic_address entries[2 * XE_MAX_ADDRESSES] = {};
	struct xe_error error = {};
	size_t count = 0, left_out = 0;
	__u8 mac[6];

	for (; list->text; list++, count++) {
		bool ipv6 = strchr(list->text, ':');

		entries[count].family = ipv6 ? XE_IPV6 : XE_IPV4;
		entries[count].kind = list->kind;
		entries[count].vlan = list->vlan;
		if (inet_pton(ipv6 ? AF_INET6 : AF_INET, list->text, entries[count].bytes) != 1)
			abort();
	}
	parse_mac(SERVER_MAC, mac);
	if (table_build(table, mac, entries, count, &left_out, &error) || left_out) {
		fprintf(stderr, "cannot build the table: %s\n", error.text);
		abort();
	}
}

void fill_table(struct xe_table *table)
{
	fill_addresses(table, host);
}

/* --- policies -------------------------------------------------------------------------------- */

static const __u8 fixed_ttl[ROW_POLICIES] = {[TTL_1] = 1, [TTL_64] = 64, [TTL_255] = 255};

static bool serves(enum row_policy which, unsigned int port)
{
	if (which == EVERY_PORT)
		return port != 0;
	return port == 7 || (port >= 4000 && port <= 4010) || port == 65535;
}

/* The rules that are off unless asked for. */
static void fill_rules(struct xe_policy *policy, enum row_policy which)
{
	const __u64 hour = (__u64)3600 * sysconf(_SC_CLK_TCK) * 10 << XE_TICK_SHIFT;
	const char *secret = which == SECRET ? "abcdefgh" : "abcdefgi";

	if (which == RATE) {
		policy->rate_interval = hour;
		policy->rate_tolerance = 2 * hour;
		return;
	}
	policy->extra = which > RATE;
	if (which == TOTAL_RATE) {
		policy->total_interval = hour;
		policy->total_tolerance = 2 * hour;
		policy->total_share = 1;
	} else if (which == MAX_SIZE) {
		policy->max_size = 18;
	} else if (which == SECRET || which == WRONG_SECRET) {
		policy->magic_size = strlen(secret);
		memcpy(policy->magic, secret, strlen(secret));
	}
}

void fill_policy(struct xe_policy *policy, enum row_policy which)
{
	memset(policy, 0, sizeof(*policy));
	if (which == NO_PORT)
		return;
	for (unsigned int port = 0; port < 65536; port++)
		policy->ports[htons(port)] = serves(which, port) ? XE_PORT_SERVED
					     : port < 1024       ? XE_PORT_REFUSED
								 : XE_PORT_PLAIN;
	policy->fixed_ttl = fixed_ttl[which];
	policy->max_size = 65535;
	policy->hash_key[0] = 0x0123456789abcdef;
	policy->hash_key[1] = 0xfedcba9876543211;
	memset(&policy->rate_mask_ipv4, 0xff, sizeof(policy->rate_mask_ipv4));
	policy->rate_mask_ipv6[0] = ~0ULL;
	fill_rules(policy, which);
	policy_choose_way(policy);
}

/* --- rows ------------------------------------------------------------------------------------ */

enum { MAX_ROWS = 1024 };

static struct packet_row rows[MAX_ROWS];
static size_t row_count;

static void add_row(struct packet_row row)
{
	if (row_count == MAX_ROWS)
		abort();
	rows[row_count++] = row;
}

static void add_rows(const struct packet_row *list)
{
	for (; list->name[0]; list++)
		add_row(*list);
}

/* The name of a row that stands for one number of many. */
__attribute__((format(printf, 2, 3))) static void name_row(struct packet_row *row,
							   const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(row->name, sizeof(row->name), format, args);
	va_end(args);
}

/* A frame of every shape, cut short after each of its bytes. */
static void add_truncated_rows(void)
{
	static const struct {
		const char *name;
		struct frame frame;
	} shapes[] = {
		{"ipv4", PING4()},
		{"ipv4 on a VLAN", PING4(.tags = {{0x8100, 10}}, .target = "198.51.100.1")},
		{"ipv4 under two tags",
		 PING4(.tags = {{0x88a8, 20}, {0x8100, 30}}, .target = "203.0.113.2")},
		{"ipv6", PING6(.payload = 3)},
		{"ipv6 on a VLAN",
		 PING6(.tags = {{0x8100, 10}}, .target = "2001:db8:10::1", .payload = 0)},
	};
	static __u8 bytes[FRAME_MAX];

	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		int size = frame_build(&shapes[i].frame, bytes);

		for (int cut = 0; cut < size; cut++) {
			struct packet_row row = {
				.reason = XE_PASS_TRUNCATED,
				.frame = shapes[i].frame,
				.no_family = (size_t)cut < frame_l2_size(&shapes[i].frame),
			};

			row.frame.cut = cut;
			name_row(&row, "%s cut to %d bytes", shapes[i].name, cut);
			add_row(row);
		}
	}
}

static void add_header_length_rows(void)
{
	for (int ihl = 0; ihl < 16; ihl++) {
		struct packet_row row = {
			.reason = ihl < 5    ? XE_PASS_BAD_HEADER
				  : ihl == 5 ? XE_ANSWER
					     : XE_PASS_IP_OPTIONS,
			.frame = PING4(.version = 0x40 | ihl),
		};

		name_row(&row, "ipv4 header of %d words", ihl);
		add_row(row);
	}
}

/* Checksums around every carry of RFC 1624, whose equation the reply's checksum comes from. */
static void add_checksum_rows(void)
{
	static const __u16 checksums[] = {0x0000, 0x0001, 0x00fe, 0x00ff, 0x0100, 0x0101, 0xfefe,
					  0xfeff, 0xff00, 0xff01, 0xfffe, 0x7fff, 0x8000};
	static const char *const ttls[] = {"one less", "lowered to 1", "the same", "raised to 255"};

	for (enum row_policy policy = PLAIN; policy <= TTL_255; policy++) {
		struct packet_row row = {.policy = policy};

		for (size_t i = 0; i < sizeof(checksums) / sizeof(checksums[0]); i++) {
			row.frame = (struct frame)PING4(.ip_checksum = checksums[i]);
			name_row(&row, "ipv4 checksum %#06x, ttl %s", checksums[i], ttls[policy]);
			add_row(row);
		}
		/* The other zero of one's complement is as good. */
		row.frame = (struct frame)PING4(.ip_checksum = 0, .ip_checksum_error = 0xffff);
		name_row(&row, "ipv4 checksum 0xffff, ttl %s", ttls[policy]);
		add_row(row);
	}
}

const struct packet_row *packet_rows(size_t *count)
{
	if (!row_count) {
		add_rows(literal_rows);
		add_rows(header_rows);
		add_header_length_rows();
		add_truncated_rows();
		add_rows(reply_rows);
		add_rows(rule_rows);
		add_checksum_rows();
		add_rows(target_rows);
		add_rows(source_rows);
		add_rows(vlan_rows);
	}
	*count = row_count;
	return rows;
}

size_t row_input(const struct packet_row *row, __u8 *bytes)
{
	return row->input ? frame_from_hex(row->input, bytes) : frame_build(&row->frame, bytes);
}

size_t row_output(const struct packet_row *row, __u8 *bytes)
{
	struct frame reply;

	if (row->reason != XE_ANSWER)
		return row_input(row, bytes);
	if (row->output)
		return frame_from_hex(row->output, bytes);
	reply = frame_reply(&row->frame, fixed_ttl[row->policy]);
	return frame_build(&reply, bytes);
}

enum xe_family row_family(const struct packet_row *row)
{
	if (row->no_family || row->reason == XE_PASS_NOT_IP || row->reason == XE_PASS_VLAN_DEPTH)
		return XE_OTHER;
	if (row->frame.ethertype)
		return row->frame.ethertype == 0x0800 ? XE_IPV4 : XE_IPV6;
	return row->frame.family;
}

__u64 row_reply_bytes(const struct packet_row *row)
{
	return row->frame.payload + row->frame.udp_length_change;
}
