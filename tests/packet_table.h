/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * packet_table.h - frames, and what becomes of each: verdict and exact bytes.
 *
 * One table for every tier: the packet code as plain C, with and without sanitizers, and the
 * loaded XDP program must all agree with it.
 */
#ifndef TEST_PACKET_TABLE_H
#define TEST_PACKET_TABLE_H

#include "frame.h"

/* The policies under which rows are judged; what they hold is in packet_table.c. */
enum row_policy {
	PLAIN,      /* ports 7, 4000-4010 and 65535; the reply's TTL is one less */
	TTL_1,      /* the same, with a fixed TTL */
	TTL_64,     /* the same */
	TTL_255,    /* the same */
	EVERY_PORT, /* 1-65535 served */
	NO_PORT,    /* zeroed policy */
	RATE,       /* two pings, then one an hour */
	TOTAL_RATE, /* the same, for all sources together */
	MAX_SIZE,   /* payloads of up to 18 bytes, which is what PING4 and PING6 have */
	SECRET,     /* payloads that begin with "abcdefgh", as theirs do */
	WRONG_SECRET,
	ROW_POLICIES,
};

struct packet_row {
	char name[80];
	enum xe_reason reason;
	struct frame frame;
	enum row_policy policy;
	int before;                 /* so many of the same frame are answered first */
	bool no_family;             /* ends before its EtherType is known */
	bool jumbo;                 /* XDP does not see its end: passed as XE_PASS_JUMBO there */
	const char *input, *output; /* in place of `frame`, literally; hexadecimal */
};

/* The whole table. Rows stay where they are until the process ends. */
const struct packet_row *packet_rows(size_t *count);

/* The frame of a row, and what should be there afterwards: its reply, or the frame as it was.
 * Both need FRAME_MAX bytes and return the size. */
size_t row_input(const struct packet_row *row, __u8 *bytes);
size_t row_output(const struct packet_row *row, __u8 *bytes);

/* What the row is counted under. */
enum xe_family row_family(const struct packet_row *row);

/* UDP payload bytes of the row's reply. */
__u64 row_reply_bytes(const struct packet_row *row);

void fill_policy(struct xe_policy *policy, enum row_policy which);

/* The host of the table: its MAC, and addresses on several VLANs. */
void fill_table(struct xe_table *table);

/* Enters addresses ("192.0.2.1", "2001:db8::1"); the list ends with a NULL text. */
struct host_address {
	const char *text;
	__u32 vlan;
	enum xe_address_kind kind;
};
void fill_addresses(struct xe_table *table, const struct host_address *list);

/* VLAN keys, spelled out by hand from abi.h. */
#define VLAN_10 10
#define QINQ_20_30 (20 | 30 << 13)                /* both tags 802.1Q */
#define QINQ_AD_20_30 ((1 << 12 | 20) | 30 << 13) /* outer tag 802.1ad */

#endif
