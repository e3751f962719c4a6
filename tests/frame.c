// SPDX-License-Identifier: GPL-2.0-only
/* frame.c - see frame.h. Ethernet, RFC 791 (IPv4), 8200 (IPv6), 768 (UDP), 1071 (checksums). */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frame.h"

static void put16(__u8 *at, unsigned int value)
{
	at[0] = value >> 8;
	at[1] = value;
}

/* RFC 1071: words of two bytes, big-endian; an odd byte is the high half of the last one. */
static __u32 sum_words(__u32 sum, const __u8 *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		sum += i & 1 ? bytes[i] : bytes[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

void parse_mac(const char *text, __u8 mac[6])
{
	if (sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &mac[0], &mac[1], &mac[2], &mac[3],
		   &mac[4], &mac[5]) != 6) {
		fprintf(stderr, "bad MAC in a test: %s\n", text);
		abort();
	}
}

static void put_address(int family, const char *text, __u8 *at)
{
	if (inet_pton(family, text, at) != 1) {
		fprintf(stderr, "bad address in a test: %s\n", text);
		abort();
	}
}

size_t frame_l2_size(const struct frame *frame)
{
	size_t size = 14;

	for (size_t i = 0; i < 4 && frame->tags[i].type; i++)
		size += 4;
	return size;
}

static size_t put_ethernet(const struct frame *frame, __u8 *bytes)
{
	size_t size = frame_l2_size(frame);
	__u8 *at = bytes + 12;

	parse_mac(frame->target_mac, bytes);
	parse_mac(frame->source_mac, bytes + 6);
	for (size_t i = 0; i < (size - 14) / 4; i++, at += 4) {
		put16(at, frame->tags[i].type);
		put16(at + 2, frame->tags[i].tci);
	}
	if (frame->ethertype)
		put16(at, frame->ethertype);
	else
		put16(at, frame->family == XE_IPV4 ? 0x0800 : 0x86dd);
	return size;
}

/* UDP header and payload; the checksum covers the pseudo-header's addresses, given as a sum. */
static size_t put_udp(const struct frame *frame, __u32 sum, __u8 *udp)
{
	size_t size = 8 + frame->payload;
	__u16 checksum;

	put16(udp, frame->source_port);
	put16(udp + 2, frame->target_port);
	put16(udp + 4, size);
	put16(udp + 6, 0);
	for (int i = 0; i < frame->payload; i++)
		udp[8 + i] = 'a' + i;
	sum = sum_words(sum + 17 + size, udp, size);
	checksum = sum == 0xffff ? 0xffff : ~sum; /* zero would mean "none" */
	put16(udp + 4, size + frame->udp_length_change);
	put16(udp + 6, frame->no_udp_checksum ? 0 : checksum ^ frame->udp_checksum_error);
	return size;
}

/* The header of 20 bytes and, where its length says more, options that do nothing. */
static size_t put_ipv4(const struct frame *frame, __u8 *ip)
{
	size_t header = (frame->version & 15) > 5 ? (frame->version & 15) * 4 : 20, size;
	__u32 sum;

	memset(ip, 1, header);
	ip[0] = frame->version;
	ip[1] = frame->tos;
	put16(ip + 4, frame->id);
	put16(ip + 6, frame->fragment);
	ip[8] = frame->ttl;
	ip[9] = frame->protocol;
	put16(ip + 10, 0);
	put_address(AF_INET, frame->source, ip + 12);
	put_address(AF_INET, frame->target, ip + 16);
	size = header + put_udp(frame, sum_words(0, ip + 12, 8), ip + header);
	put16(ip + 2, size + frame->ip_length_change);

	if (frame->ip_checksum != ANY) { /* id = ~checksum - the rest, in one's complement */
		put16(ip + 4, 0);
		sum = (__u16)~sum_words(frame->ip_checksum, ip, header);
		put16(ip + 4, sum);
	}
	sum = sum_words(0, ip, header);
	put16(ip + 10, (__u16)~sum ^ frame->ip_checksum_error);
	return size;
}

static size_t put_ipv6(const struct frame *frame, __u8 *ip)
{
	size_t size;

	ip[0] = frame->version | frame->tos >> 4;
	ip[1] = frame->tos << 4 | 0x7; /* a flow label of 0x7654b, to be kept */
	put16(ip + 2, 0x654b);
	ip[6] = frame->protocol;
	ip[7] = frame->ttl;
	put_address(AF_INET6, frame->source, ip + 8);
	put_address(AF_INET6, frame->target, ip + 24);
	size = put_udp(frame, sum_words(0, ip + 8, 32), ip + 40);
	put16(ip + 4, size + frame->ip_length_change);
	return 40 + size;
}

size_t frame_build(const struct frame *frame, __u8 *bytes)
{
	size_t size = put_ethernet(frame, bytes);

	size += frame->family == XE_IPV4 ? put_ipv4(frame, bytes + size)
					 : put_ipv6(frame, bytes + size);
	memset(bytes + size, 0xee, frame->padding);
	size += frame->padding;
	return frame->cut == ANY ? size : (size_t)frame->cut;
}

struct frame frame_reply(const struct frame *request, __u8 fixed_ttl)
{
	struct frame reply = *request;

	if (request->ip_checksum != ANY) { /* the id that the request got */
		__u8 *bytes = malloc(FRAME_MAX);
		const __u8 *ip;

		if (!bytes)
			abort();
		frame_build(request, bytes);
		ip = bytes + frame_l2_size(request);
		reply.id = ip[4] << 8 | ip[5];
		reply.ip_checksum = ANY;
		free(bytes);
	}
	reply.ip_checksum_error = 0;
	reply.target_mac = request->source_mac;
	reply.source_mac = request->target_mac;
	reply.target = request->source;
	reply.source = request->target;
	reply.target_port = request->source_port;
	reply.source_port = request->target_port;
	reply.ttl = fixed_ttl ? fixed_ttl : request->ttl - 1;
	return reply;
}

size_t frame_from_hex(const char *hex, __u8 *bytes)
{
	size_t size = 0;
	int used;

	while (sscanf(hex, " %2hhx%n", &bytes[size], &used) == 1) {
		hex += used;
		size++;
	}
	return size;
}
