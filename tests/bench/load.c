// SPDX-License-Identifier: GPL-2.0-only
/* load.c - see load.h. */
#include <arpa/inet.h>
#include <string.h>

#include "load.h"
#include "packet.h"
#include "policy.h"
#include "prefix_list.h"
#include "table.h"

#include "tests/bench/limit.h"

enum {
	FIRST_PORT = 7,
	SOURCE_PORT = 40000,
	VLAN_ID = 100,
	TTL = 64,
	LIST_PREFIXES = 100000,
};

#define FIRST_ADDRESS 0x0a000001 /* host order; address n is this plus n. IPv6: bits 96-127 */

const __u8 load_client_mac[6] = {0x02, 0, 0, 0, 0x0c, 0x11};
const __u8 load_server_mac[6] = {0x02, 0, 0, 0, 0x5e, 0x22};

static void put_ipv6(__u8 *address, __u32 middle, __u32 low)
{
	memset(address, 0, 16);
	address[0] = 0xfd;
	xe_store(__u32, address + 4, htonl(middle));
	xe_store(__u32, address + 12, htonl(low));
}

static size_t put_ethernet(const struct load *load, __u8 *frame)
{
	__u16 type = load->family == XE_IPV4 ? XE_ETHERTYPE_IPV4 : XE_ETHERTYPE_IPV6;
	size_t at = 12;

	memcpy(frame, load_server_mac, 6);
	memcpy(frame + 6, load_client_mac, 6);
	if (load->vlan) {
		xe_store(__u16, frame + at, htons(XE_ETHERTYPE_8021Q));
		xe_store(__u16, frame + at + 2, htons(VLAN_ID));
		at += XE_TAG_SIZE;
	}
	xe_store(__u16, frame + at, htons(type));
	return at + 2;
}

static size_t put_ipv4(const struct load *load, struct request *request, size_t at)
{
	__u8 *ip = request->bytes + at;

	ip[0] = 0x45;
	ip[6] = 0x40; /* don't fragment, as Linux sends: without it GRO would want ids in turn */
	ip[8] = TTL;
	ip[9] = XE_PROTOCOL_UDP;
	xe_store(__u16, ip + 2, htons(XE_IPV4_SIZE + XE_UDP_SIZE + load->payload));
	xe_store(__u32, ip + 16, htonl(FIRST_ADDRESS));
	for (int i = 0; i < XE_IPV4_SIZE; i += 2)
		request->checksum_sum += xe_load(__u16, ip + i);
	request->source_at = at + 12;
	request->checksum_at = at + 10;
	request->protocol_at = at + 9;
	return at + XE_IPV4_SIZE;
}

static size_t put_ipv6_header(const struct load *load, struct request *request, size_t at)
{
	__u8 *ip = request->bytes + at;

	ip[0] = 0x60;
	ip[6] = XE_PROTOCOL_UDP;
	ip[7] = TTL;
	xe_store(__u16, ip + 4, htons(XE_UDP_SIZE + load->payload));
	put_ipv6(ip + 8, 0, 1);
	request->protocol_at = at + 6;
	put_ipv6(ip + 24, 0, FIRST_ADDRESS);
	request->source_at = at + 12;
	return at + XE_IPV6_SIZE;
}

/*
 * Of sockperf, in wire order: sequence number, flags (from a client, wants an answer), length.
 * Everything behind it is zero.
 */
struct __attribute__((packed)) message {
	__u64 number;
	__u16 flags;
	__u32 length;
};

/* As much of it as there is room for. */
static void put_message(const struct load *load, __u8 *bytes, size_t at, size_t end)
{
	const struct message message = {0, htons(3), htonl(load->payload)};
	size_t room = end - at;

	if (load->payload >= sizeof(message))
		memcpy(bytes + at, &message, room < sizeof(message) ? room : sizeof(message));
}

static __u32 sum_words(const __u8 *bytes, size_t size)
{
	__u32 sum = 0;

	for (size_t i = 0; i + 1 < size; i += 2)
		sum += xe_load(__u16, bytes + i);
	return sum;
}

/* Over the addresses, of which the bits that vary have yet to be written, header and payload. */
static void sum_udp(const struct load *load, struct request *request, size_t udp)
{
	size_t addresses = load->family == XE_IPV4 ? 8 : 32;
	__u8 message[sizeof(struct message)] = {0};

	put_message(load, message, 0, sizeof(message));
	request->udp_checksum_at = udp + 6;
	request->udp_checksum_sum = sum_words(request->bytes + udp - addresses, addresses) +
				    sum_words(request->bytes + udp, XE_UDP_SIZE) +
				    htons(XE_UDP_SIZE + load->payload) + htons(XE_PROTOCOL_UDP) +
				    sum_words(message, sizeof(message));
}

void load_request(const struct load *load, struct request *request)
{
	size_t at;

	memset(request, 0, sizeof(*request));
	request->sources = load->sources;
	request->run = load->run;
	at = put_ethernet(load, request->bytes);
	at = load->family == XE_IPV4 ? put_ipv4(load, request, at)
				     : put_ipv6_header(load, request, at);
	xe_store(__u16, request->bytes + at, htons(SOURCE_PORT));
	xe_store(__u16, request->bytes + at + 2, htons(FIRST_PORT));
	xe_store(__u16, request->bytes + at + 4, htons(XE_UDP_SIZE + load->payload));
	request->size = at + XE_UDP_SIZE + load->payload;
	put_message(load, request->bytes, at + XE_UDP_SIZE, sizeof(request->bytes));
	sum_udp(load, request, at);
}

void load_frame(const struct load *load, __u8 *frame)
{
	struct request request;
	__u64 state = 0;

	load_request(load, &request);
	memset(frame, 0, request.size);
	put_message(load, frame, request.size - load->payload, request.size);
	limit_write_request(frame, frame + request.size, &request, &state);
}

void load_policy(const struct load *load, struct xe_policy *policy)
{
	memset(policy, 0, sizeof(*policy));
	for (__u32 port = 0; port < load->ports; port++)
		policy->ports[htons(FIRST_PORT + port)] = XE_PORT_SERVED;
	policy_fill_ports(policy);
	if (load->rules & RULE_RATE) {
		policy->rate_interval = 1;
		policy->rate_tolerance = 1ULL << 40;
	}
	policy->hash_key[0] = 0x243f6a8885a308d3;
	policy->hash_key[1] = 0x13198a2e03707345;
	policy->rate_mask_ipv4 = 0xffffffff;
	policy->rate_mask_ipv6[0] = ~0ULL;
	policy->max_size = 65535;
	policy->fixed_ttl = load->rules & RULE_TTL ? 0 : TTL;
	policy->size_histogram = load->rules & RULE_SIZES ? 1 : 0;
	policy_choose_way(policy);
}

/* /24 to /32 in other /8 than the sources', scattered by the same generator as those. */
static int add_prefixes(struct prefix_list *list, struct xe_error *error)
{
	__u64 state = 1;
	int err = 0;

	for (int i = 0; i < LIST_PREFIXES && !err; i++) {
		struct xe_prefix prefix = {.family = XE_IPV4, .length = 24 + i % 9};
		__u32 mask = ~0U << (32 - prefix.length);

		state = state * 6364136223846793005 + 1442695040888963407;
		xe_store(__u32, prefix.bytes,
			 htonl(((state >> 32 & 0x7fffffff) + 0x10000000) & mask));
		err = prefix_list_add(list, &prefix, error);
	}
	return err;
}

int load_lists(const struct load *load, struct xe_policy *policy, struct xe_prefixes **lists,
	       struct xe_error *error)
{
	struct prefix_list list = {0};
	int err = 0;

	*lists = NULL;
	if (load->rules & RULE_LIST)
		err = add_prefixes(&list, error);
	if (!err)
		err = prefixes_build(&list, lists, error);
	prefix_list_free(&list);
	policy_use_lists(policy, err ? NULL : *lists);
	policy->extra = policy->prefix_nodes ? 1 : 0;
	policy_choose_way(policy);
	return err;
}

int load_table(const struct load *load, struct xe_table *table, struct xe_error *error)
{
	static const __u32 vlans[] = {0, VLAN_ID};
	struct nic_address list[2 * XE_MAX_ADDRESSES], *next = list;
	size_t left_out;

	for (__u32 i = 0; i < load->addresses; i++) {
		for (int v = 0; v < 2; v++, next += 2) {
			next[0] = next[1] = (struct nic_address){
				.family = XE_IPV4,
				.kind = XE_ADDRESS_SERVED,
				.vlan = vlans[v],
			};
			xe_store(__u32, next[0].bytes, htonl(FIRST_ADDRESS + i));
			next[1].family = XE_IPV6;
			put_ipv6(next[1].bytes, 0, FIRST_ADDRESS + i);
		}
	}
	return table_build(table, load_server_mac, list, next - list, &left_out, error);
}
