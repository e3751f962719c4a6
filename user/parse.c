// SPDX-License-Identifier: GPL-2.0-only
/* parse.c - see parse.h. */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "names.h"
#include "parse.h"

int parse_number(const char *text, const char *what, __u64 low, __u64 high, __u64 *value,
		 struct xe_error *error)
{
	bool begins_with_digit = isdigit((unsigned char)text[0]);
	char *end;

	errno = 0;
	*value = begins_with_digit ? strtoull(text, &end, 10) : 0;
	if (!begins_with_digit || *end || errno || *value < low || *value > high)
		return xe_fail(error, EINVAL, "%s \"%s\": must be a number from %llu to %llu", what,
			       text, low, high);
	return 0;
}

int parse_decimal(const char *text, const char *what, double low, double high, double *value,
		  struct xe_error *error)
{
	char *end = NULL;

	/* strtod would take "inf", "1e3" and "0x1" too */
	if (isdigit((unsigned char)text[0]) && !text[strspn(text, "0123456789.")])
		*value = strtod(text, &end);
	if (!end || *end || *value < low || *value > high)
		return xe_fail(error, EINVAL, "%s \"%s\": must be a number from %g to %g", what,
			       text, low, high);
	return 0;
}

static int parse_range(const char *text, __u8 *ports, struct xe_error *error)
{
	char first[32], *dash;
	__u64 low, high;
	int err;

	if (snprintf(first, sizeof(first), "%s", text) >= (int)sizeof(first))
		return xe_fail(error, EINVAL, "port \"%s\": too long", text);
	dash = strchr(first, '-');
	if (dash)
		*dash = 0;
	err = parse_number(first, "port", 1, 65535, &low, error);
	if (err)
		return err;
	high = low;
	if (dash)
		err = parse_number(dash + 1, "port", 1, 65535, &high, error);
	if (err)
		return err;
	if (high < low)
		return xe_fail(error, EINVAL, "port range \"%s\": ends before it begins", text);
	for (__u64 port = low; port <= high; port++)
		ports[xe_wire16(port)] = XE_PORT_SERVED;
	return 0;
}

int parse_ports(const char *text, __u8 *ports, struct xe_error *error)
{
	char *list = strdup(text), *rest = list, *range;
	int err = 0;

	if (!list)
		return xe_fail(error, ENOMEM, "out of memory");
	while (!err && (range = strsep(&rest, ",")))
		err = parse_range(range, ports, error);
	free(list);
	return err;
}

static int parse_vlan(char *text, struct xe_asked_address *address, struct xe_error *error)
{
	char *inner = strchr(text, '.');
	__u64 id;
	int err;

	if (inner)
		*inner++ = 0;
	err = parse_number(text, "VLAN id", 1, 4094, &id, error);
	if (err)
		return err;
	address->vlan = id;
	address->any_vlan = 0;
	if (!inner)
		return 0;
	err = parse_number(inner, "VLAN id", 1, 4094, &id, error);
	if (!err)
		address->vlan |= id << XE_VLAN_BITS;
	return err;
}

static bool is_unicast(const struct xe_asked_address *address)
{
	static const __u8 zero[16];

	if (address->family == XE_IPV4)
		return address->bytes[0] != 0 && address->bytes[0] != 127 &&
		       address->bytes[0] < 224;
	/* ::/64 holds ::, ::1 and the IPv4-mapped addresses: all of them refused as a source */
	return address->bytes[0] != 0xff && memcmp(address->bytes, zero, 8);
}

int parse_address(const char *text, struct xe_asked_address *address, struct xe_error *error)
{
	char copy[INET6_ADDRSTRLEN + 16], *vlan;
	int err;

	memset(address, 0, sizeof(*address));
	address->any_vlan = 1;
	if (snprintf(copy, sizeof(copy), "%s", text) >= (int)sizeof(copy))
		return xe_fail(error, EINVAL, "address \"%s\": too long", text);
	vlan = strchr(copy, '@');
	if (vlan) {
		*vlan++ = 0;
		err = parse_vlan(vlan, address, error);
		if (err)
			return err;
	}
	if (inet_pton(AF_INET, copy, address->bytes) == 1)
		address->family = XE_IPV4;
	else if (inet_pton(AF_INET6, copy, address->bytes) == 1)
		address->family = XE_IPV6;
	else
		return xe_fail(error, EINVAL,
			       "address \"%s\": must be an IPv4 or IPv6 address, such as "
			       "192.0.2.1, 2001:db8::1 or 192.0.2.1@100 on VLAN 100",
			       text);
	if (!is_unicast(address))
		return xe_fail(error, EINVAL, "address \"%s\": must be unicast, and not loopback",
			       text);
	return 0;
}

static bool has_bits_beyond(const struct xe_prefix *prefix, int bits)
{
	for (int bit = prefix->length; bit < bits; bit++)
		if (prefix->bytes[bit / 8] & 0x80 >> bit % 8)
			return true;
	return false;
}

int parse_prefix(const char *text, struct xe_prefix *prefix, struct xe_error *error)
{
	char copy[INET6_ADDRSTRLEN + 8], *slash;
	__u64 length;
	int bits;

	memset(prefix, 0, sizeof(*prefix));
	if (snprintf(copy, sizeof(copy), "%s", text) >= (int)sizeof(copy))
		return xe_fail(error, EINVAL, "prefix \"%.60s...\": too long", text);
	slash = strchr(copy, '/');
	if (slash)
		*slash++ = 0;
	if (inet_pton(AF_INET, copy, prefix->bytes) == 1)
		prefix->family = XE_IPV4;
	else if (inet_pton(AF_INET6, copy, prefix->bytes) == 1)
		prefix->family = XE_IPV6;
	else
		return xe_fail(error, EINVAL,
			       "prefix \"%s\": must be such as 192.0.2.0/24, 2001:db8::/32 or a "
			       "plain address",
			       text);
	bits = prefix->family == XE_IPV4 ? 32 : 128;
	length = bits;
	if (slash && parse_number(slash, "prefix length", 0, bits, &length, error))
		return -error->code;
	prefix->length = length;
	if (has_bits_beyond(prefix, bits))
		return xe_fail(error, EINVAL, "prefix \"%s\": has bits set beyond its length",
			       text);
	return 0;
}

static int hex_digit(char c)
{
	return isdigit((unsigned char)c)    ? c - '0'
	       : isxdigit((unsigned char)c) ? tolower(c) - 'a' + 10
					    : -1;
}

int parse_hex(const char *text, const char *what, __u8 *bytes, __u32 room, __u32 *size,
	      struct xe_error *error)
{
	size_t digits = strlen(text);

	if (digits % 2 || digits / 2 > room)
		return xe_fail(
			error, EINVAL,
			"%s \"%.40s\": must be at most %u bytes, two hexadecimal digits each", what,
			text, room);
	for (size_t i = 0; i < digits; i++) {
		int digit = hex_digit(text[i]);

		if (digit < 0)
			return xe_fail(error, EINVAL, "%s \"%s\": not hexadecimal", what, text);
		bytes[i / 2] = i % 2 ? bytes[i / 2] | digit : digit << 4;
	}
	*size = digits / 2;
	return 0;
}

int parse_path(const char *text, __u32 *path, struct xe_error *error)
{
	for (*path = 0; *path <= XE_PATHS; (*path)++)
		if (!strcmp(text, path_name(*path)))
			return 0;
	return xe_fail(error, EINVAL,
		       "mode \"%s\": must be one of auto, native, generic, afxdp, socket", text);
}
