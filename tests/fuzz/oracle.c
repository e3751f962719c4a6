// SPDX-License-Identifier: GPL-2.0-only
/* oracle.c - see oracle.h. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "oracle.h"

/* A frame with room for IP and UDP headers, as far as its types say so. */
struct view {
	const __u8 *frame;
	size_t size;
	struct tag tags[2];  /* those that name a VLAN */
	size_t ip, udp, end; /* offsets; end: of the datagram */
	bool ipv6;
};

static unsigned int number(const __u8 *at)
{
	return at[0] << 8 | at[1];
}

static bool is_tag(unsigned int type)
{
	return type == 0x8100 || type == 0x88a8;
}

/* Up to two tags, and an IP header behind them. */
static bool find_ip(struct view *view)
{
	size_t at = 12;
	int named = 0;

	for (int count = 0; at + 2 <= view->size && is_tag(number(view->frame + at)); count++) {
		unsigned int id;

		if (count == 2 || at + 6 > view->size)
			return false;
		id = number(view->frame + at + 2) & 0xfff;
		if (id)
			view->tags[named++] = (struct tag){number(view->frame + at), id};
		at += 4;
	}
	if (at + 2 > view->size)
		return false;
	view->ipv6 = number(view->frame + at) == 0x86dd;
	view->ip = at + 2;
	view->udp = view->ip + (view->ipv6 ? 40 : 20);
	return (view->ipv6 || number(view->frame + at) == 0x0800) && view->udp + 8 <= view->size;
}

static unsigned int sum(const __u8 *at, size_t size, unsigned int start)
{
	for (size_t i = 0; i + 1 < size; i += 2)
		start += number(at + i);
	if (size % 2)
		start += at[size - 1] << 8;
	while (start >> 16)
		start = (start & 0xffff) + (start >> 16);
	return start;
}

/* Datagram and pseudo header: 0xffff if the checksum is right (RFC 768, RFC 8200 8.1). */
static unsigned int udp_sum(const struct view *view, const __u8 *frame)
{
	size_t addresses = view->ipv6 ? 32 : 8, size = view->end - view->udp;

	return sum(frame + view->udp, size,
		   sum(frame + view->udp - addresses, addresses, 17 + size));
}

/* An IP packet that is one whole UDP datagram, without options; its lengths agree. */
static bool is_datagram(struct view *view)
{
	const __u8 *ip = view->frame + view->ip;
	size_t length = number(view->frame + view->udp + 4);

	view->end = view->udp + length;
	if (length < 8 || view->end > view->size)
		return false;
	if (view->ipv6)
		return ip[0] >> 4 == 6 && ip[6] == 17 && number(ip + 4) == length &&
		       number(view->frame + view->udp + 6) != 0;
	return ip[0] == 0x45 && ip[9] == 17 && !(number(ip + 6) & 0x3fff) &&
	       number(ip + 2) == length + 20;
}

/* --- whose addresses ------------------------------------------------------------------------- */

static bool is_own_mac(const __u8 *mac)
{
	__u8 own[6];

	parse_mac(SERVER_MAC, own);
	return !memcmp(mac, own, sizeof(own));
}

static enum xe_address_kind kind_of(const struct view *view, const __u8 *address)
{
	for (const struct fuzz_address *host = fuzz_host; host->text; host++) {
		bool ipv6 = strchr(host->text, ':');
		__u8 bytes[16];

		inet_pton(ipv6 ? AF_INET6 : AF_INET, host->text, bytes);
		if (ipv6 == view->ipv6 && !memcmp(bytes, address, ipv6 ? 16 : 4) &&
		    !memcmp(host->tags, view->tags, sizeof(view->tags)))
			return host->kind;
	}
	return XE_ADDRESS_NONE;
}

static const __u8 *source_of(const struct view *view)
{
	return view->frame + view->ip + (view->ipv6 ? 8 : 12);
}

static const __u8 *target_of(const struct view *view)
{
	return view->frame + view->ip + (view->ipv6 ? 24 : 16);
}

static bool can_be_a_source(const struct view *view)
{
	static const __u8 zero[8];
	const __u8 *source = source_of(view);

	if (kind_of(view, source) != XE_ADDRESS_NONE)
		return false;
	if (view->ipv6)
		return source[0] != 0xff && memcmp(source, zero, 8);
	return source[0] != 0 && source[0] != 127 && source[0] < 224;
}

/* --- rules ----------------------------------------------------------------------------------- */

static bool serves(const struct fuzz_settings *settings, unsigned int port)
{
	const char *at = settings->ports;

	while (*at) {
		char *end;
		unsigned long low = strtoul(at, &end, 10), high = low;

		if (*end == '-')
			high = strtoul(end + 1, &end, 10);
		if (port >= low && port <= high)
			return true;
		at = *end ? end + 1 : end;
	}
	return false;
}

static bool is_in(const char *text, bool ipv6, const __u8 *address, int *length)
{
	char copy[64], *slash;
	__u8 bytes[16];

	if (!strchr(text, ':') == ipv6)
		return false;
	*length = ipv6 ? 128 : 32;
	strcpy(copy, text);
	slash = strchr(copy, '/');
	if (slash) {
		*slash = 0;
		*length = atoi(slash + 1);
	}
	inet_pton(ipv6 ? AF_INET6 : AF_INET, copy, bytes);
	for (int bit = 0; bit < *length; bit++)
		if ((bytes[bit / 8] ^ address[bit / 8]) & 0x80 >> bit % 8)
			return false;
	return true;
}

static bool lists_accept(const struct fuzz_settings *settings, const struct view *view)
{
	const struct fuzz_prefix *prefix = settings->prefixes;
	int longest = -1, length;
	bool accept = true;

	for (; prefix && prefix->text; prefix++)
		if (prefix->allow && longest < 0)
			accept = false;
	for (prefix = settings->prefixes; prefix && prefix->text; prefix++)
		if (is_in(prefix->text, view->ipv6, source_of(view), &length) && length > longest) {
			longest = length;
			accept = prefix->allow;
		}
	return accept;
}

static bool payload_accepted(const struct fuzz_settings *settings, const struct view *view)
{
	size_t size = view->end - view->udp - 8;
	const char *magic = settings->magic ? settings->magic : "";

	return size <= (size_t)settings->max_size && size >= strlen(magic) &&
	       !memcmp(view->frame + view->udp + 8, magic, strlen(magic));
}

static bool rates_accept(const struct fuzz_settings *settings, int before)
{
	return (!settings->burst || before < settings->burst) &&
	       (!settings->total_burst || before < settings->total_burst);
}

static bool is_ours(const struct fuzz_settings *settings, const struct view *view)
{
	return is_own_mac(view->frame) && kind_of(view, target_of(view)) == XE_ADDRESS_SERVED &&
	       serves(settings, number(view->frame + view->udp + 2)) &&
	       (view->ipv6 || sum(view->frame + view->ip, 20, 0) == 0xffff);
}

static bool is_accepted(const struct fuzz_settings *settings, const struct view *view, int before)
{
	unsigned int port = number(view->frame + view->udp);
	__u8 ttl = view->frame[view->ip + (view->ipv6 ? 7 : 8)];

	return !(view->frame[6] & 1) && !is_own_mac(view->frame + 6) &&
	       (settings->fixed_ttl || ttl > 1) && port >= 1024 && !serves(settings, port) &&
	       can_be_a_source(view) && payload_accepted(settings, view) &&
	       lists_accept(settings, view) && rates_accept(settings, before);
}

enum fate oracle_fate(const struct fuzz_settings *settings, const __u8 *frame, size_t size,
		      int before)
{
	struct view view = {.frame = frame, .size = size};

	if (!find_ip(&view) || !is_datagram(&view) || !is_ours(settings, &view))
		return PASSED;
	return is_accepted(settings, &view, before) ? ANSWERED : DROPPED;
}

/* --- replies --------------------------------------------------------------------------------- */

static bool swapped(const __u8 *request, const __u8 *reply, size_t first, size_t second,
		    size_t bytes)
{
	return !memcmp(reply + first, request + second, bytes) &&
	       !memcmp(reply + second, request + first, bytes);
}

static const char *header_fault(const struct fuzz_settings *settings, const struct view *view,
				const __u8 *reply)
{
	const __u8 *request = view->frame;
	size_t ttl = view->ip + (view->ipv6 ? 7 : 8), address = view->ipv6 ? 16 : 4;

	if (!swapped(request, reply, 0, 6, 6))
		return "the MACs are not swapped";
	if (memcmp(request + 12, reply + 12, view->ip - 12))
		return "tags or EtherType have changed";
	if (!swapped(request, reply, view->udp - 2 * address, view->udp - address, address))
		return "the addresses are not swapped";
	if (!swapped(request, reply, view->udp, view->udp + 2, 2))
		return "the ports are not swapped";
	if (reply[ttl] != (settings->fixed_ttl ? settings->fixed_ttl : request[ttl] - 1))
		return "the TTL is wrong";
	if (!view->ipv6 && sum(reply + view->ip, 20, 0) != 0xffff)
		return "the IP checksum is wrong";
	/* what else an IP header holds: before the TTL, and between it and checksum or addresses */
	if (memcmp(request + view->ip, reply + view->ip, ttl - view->ip) ||
	    (!view->ipv6 && request[ttl + 1] != reply[ttl + 1]))
		return "another field of the IP header has changed";
	return NULL;
}

const char *oracle_reply_fault(const struct fuzz_settings *settings, const __u8 *request,
			       const __u8 *reply, size_t size)
{
	struct view view = {.frame = request, .size = size};
	const char *fault;

	if (!find_ip(&view) || !is_datagram(&view))
		return "the request was no datagram";
	if (kind_of(&view, target_of(&view)) != XE_ADDRESS_SERVED || !is_own_mac(request))
		return "the request was not for us";
	if (!can_be_a_source(&view) || request[6] & 1)
		return "the source is none that may be answered";
	fault = header_fault(settings, &view, reply);
	if (fault)
		return fault;
	if (memcmp(request + view.udp + 4, reply + view.udp + 4, size - view.udp - 4))
		return "length, checksum or payload of UDP have changed";
	if (udp_sum(&view, request) != udp_sum(&view, reply))
		return "the UDP checksum's validity has changed";
	return NULL;
}

/* --- mending --------------------------------------------------------------------------------- */

static void put(__u8 *at, unsigned int value)
{
	at[0] = value >> 8;
	at[1] = value;
}

void oracle_mend(__u8 *frame, size_t size)
{
	struct view view = {.frame = frame, .size = size};

	if (!find_ip(&view))
		return;
	view.end = size;
	put(frame + view.udp + 4, size - view.udp);
	put(frame + view.udp + 6, 0);
	if (view.ipv6) {
		frame[view.ip] = 0x60;
		frame[view.ip + 6] = 17;
		put(frame + view.ip + 4, size - view.udp);
	} else {
		frame[view.ip] = 0x45;
		frame[view.ip + 9] = 17;
		put(frame + view.ip + 2, size - view.ip);
		put(frame + view.ip + 6, 0);
		put(frame + view.ip + 10, 0);
		put(frame + view.ip + 10, ~sum(frame + view.ip, 20, 0));
	}
	put(frame + view.udp + 6, ~udp_sum(&view, frame));
	if (!number(frame + view.udp + 6))
		put(frame + view.udp + 6, 0xffff);
}
