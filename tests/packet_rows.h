/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * packet_rows.h - the rows that are written out, a list for each subject. Each ends with a row
 * without a name. packet_table.c joins them, and adds those that a loop describes better.
 */
#ifndef TEST_PACKET_ROWS_H
#define TEST_PACKET_ROWS_H

#include "packet_table.h"

extern const struct packet_row literal_rows[], header_rows[], reply_rows[], rule_rows[],
	target_rows[], source_rows[], vlan_rows[];

#endif
