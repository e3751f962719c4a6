/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * parse.h - option values, read strictly: the whole text or nothing.
 *
 * Every parser returns 0, or -EINVAL with a text that quotes the value.
 */
#ifndef XE_PARSE_H
#define XE_PARSE_H

#include "abi.h"
#include "error.h"

/* A decimal number in [low, high], without sign or space. `what` names it in errors. */
int parse_number(const char *text, const char *what, __u64 low, __u64 high, __u64 *value,
		 struct xe_error *error);

/* The same with a fraction: "0.5". */
int parse_decimal(const char *text, const char *what, double low, double high, double *value,
		  struct xe_error *error);

/* "7,4000-4010": marks them as served in the ports of a struct xe_policy. Ports are 1 to 65535. */
int parse_ports(const char *text, __u8 *ports, struct xe_error *error);

/* "ADDR", or "ADDR@VLAN", or "ADDR@OUTER.INNER" (802.1Q ids): a unicast address. */
int parse_address(const char *text, struct xe_asked_address *address, struct xe_error *error);

/* "192.0.2.0/24", "2001:db8::/32", or an address, which is a prefix of its full length. Bits
 * beyond the length must be 0. */
int parse_prefix(const char *text, struct xe_prefix *prefix, struct xe_error *error);

/* Pairs of hexadecimal digits, at most `room` of them; "" has none. */
int parse_hex(const char *text, const char *what, __u8 *bytes, __u32 room, __u32 *size,
	      struct xe_error *error);

/* "native", "generic", "afxdp", "socket", or "auto" (XE_PATHS). */
int parse_path(const char *text, __u32 *path, struct xe_error *error);

#endif
