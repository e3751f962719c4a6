// SPDX-License-Identifier: GPL-2.0-only
/*
 * packet_rows.c - see packet_rows.h: what headers say, what replies look like.
 *
 * A row: name, reason, frame, and what else is not as usual.
 */
#include "packet_rows.h"

/* PING4(.ttl = 1): what stands later replaces what stands first, and the rest is as usual. */
#pragma GCC diagnostic ignored "-Woverride-init"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

#define ANSWER XE_ANSWER

/* Bytes made with scapy: neither the code under test nor frame.c had a part in them. */
const struct packet_row literal_rows[] = {
	{"literal: ipv4 ping", ANSWER, PING4(),
	 .input = "02 00 00 00 00 01 02 00 00 00 00 02 08 00"
		  "45 00 00 2e 12 34 00 00 40 11 e4 87 c0 00 02 02 c0 00 02 01"
		  "c3 50 00 07 00 1a 03 a1 61 62 63 64 65 66 67 68 69 6a 6b 6c 6d 6e 6f 70 71 72",
	 .output = "02 00 00 00 00 02 02 00 00 00 00 01 08 00"
		   "45 00 00 2e 12 34 00 00 3f 11 e5 87 c0 00 02 01 c0 00 02 02"
		   "00 07 c3 50 00 1a 03 a1 61 62 63 64 65 66 67 68 69 6a 6b 6c 6d 6e 6f 70 71 72"},
	{"literal: ipv4 on a VLAN, DSCP EF, DF, ttl 2", ANSWER, PING4(.payload = 1),
	 .input = "02 00 00 00 00 01 02 00 00 00 00 02 81 00 a0 0a 08 00"
		  "45 b8 00 1d 00 01 40 00 02 11 23 ad c6 33 64 02 c6 33 64 01"
		  "04 00 ff ff 00 09 2f 71 78",
	 .output = "02 00 00 00 00 02 02 00 00 00 00 01 81 00 a0 0a 08 00"
		   "45 b8 00 1d 00 01 40 00 01 11 24 ad c6 33 64 01 c6 33 64 02"
		   "ff ff 04 00 00 09 2f 71 78"},
	{"literal: ipv6 ping", ANSWER, PING6(),
	 .input = "02 00 00 00 00 01 02 00 00 00 00 02 86 dd 60 00 00 05 00 1a 11 ff"
		  "20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 02"
		  "20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01"
		  "c3 50 0f a5 00 1a 1c 92 61 62 63 64 65 66 67 68 69 6a 6b 6c 6d 6e 6f 70 71 72",
	 .output = "02 00 00 00 00 02 02 00 00 00 00 01 86 dd 60 00 00 05 00 1a 11 fe"
		   "20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01"
		   "20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 02"
		   "0f a5 c3 50 00 1a 1c 92 61 62 63 64 65 66 67 68 69 6a 6b 6c 6d 6e 6f 70 71 72"},
	{"literal: ipv6 under two tags, empty", ANSWER, PING6(.payload = 0),
	 .input = "02 00 00 00 00 01 02 00 00 00 00 02 88 a8 00 14 81 00 00 1e 86 dd"
		  "60 30 00 00 00 08 11 03 20 01 0d b8 00 20 00 00 00 00 00 00 00 00 00 07"
		  "20 01 0d b8 00 20 00 00 00 00 00 00 00 00 00 02 ff fe 0f aa 00 08 94 7a",
	 .output = "02 00 00 00 00 02 02 00 00 00 00 01 88 a8 00 14 81 00 00 1e 86 dd"
		   "60 30 00 00 00 08 11 02 20 01 0d b8 00 20 00 00 00 00 00 00 00 00 00 02"
		   "20 01 0d b8 00 20 00 00 00 00 00 00 00 00 00 07 0f aa ff fe 00 08 94 7a"},
	{},
};

const struct packet_row header_rows[] = {
	{"EtherType ARP", XE_PASS_NOT_IP, PING4(.ethertype = 0x0806)},
	{"EtherType 1", XE_PASS_NOT_IP, PING4(.ethertype = 0x0001)},
	{"EtherType is an 802.3 length", XE_PASS_NOT_IP, PING4(.ethertype = 0x002e)},
	{"EtherType one above IPv4", XE_PASS_NOT_IP, PING4(.ethertype = 0x0801)},
	{"EtherType IPv4 with its bytes swapped", XE_PASS_NOT_IP, PING4(.ethertype = 0x0008)},
	{"EtherType one below IPv6", XE_PASS_NOT_IP, PING6(.ethertype = 0x86dc)},
	{"EtherType LLDP", XE_PASS_NOT_IP, PING6(.ethertype = 0x88cc)},
	{"ipv6 header under the EtherType of IPv4", XE_PASS_BAD_HEADER, PING6(.ethertype = 0x800)},
	{"ipv4 header under the EtherType of IPv6", XE_PASS_BAD_HEADER,
	 PING4(.ethertype = 0x86dd, .payload = 20)},
	{"ipv4 version 0", XE_PASS_BAD_HEADER, PING4(.version = 0x05)},
	{"ipv4 version 3", XE_PASS_BAD_HEADER, PING4(.version = 0x35)},
	{"ipv4 version 5, header of no words", XE_PASS_BAD_HEADER, PING4(.version = 0x50)},
	{"ipv4 version 5", XE_PASS_BAD_HEADER, PING4(.version = 0x55)},
	{"ipv4 version 15", XE_PASS_BAD_HEADER, PING4(.version = 0xf5)},
	{"ipv6 version 0", XE_PASS_BAD_HEADER, PING6(.version = 0x00)},
	{"ipv6 version 4", XE_PASS_BAD_HEADER, PING6(.version = 0x40)},
	{"ipv6 version 7", XE_PASS_BAD_HEADER, PING6(.version = 0x70)},
	{"ipv6 version 14", XE_PASS_BAD_HEADER, PING6(.version = 0xe0)},

	{"ipv4 first fragment", XE_PASS_FRAGMENT, PING4(.fragment = 0x2000)},
	{"ipv4 last fragment", XE_PASS_FRAGMENT, PING4(.fragment = 0x0001)},
	{"ipv4 fragment at the largest offset", XE_PASS_FRAGMENT, PING4(.fragment = 0x1fff)},
	{"ipv4 fragment at offset 4096", XE_PASS_FRAGMENT, PING4(.fragment = 0x1000)},
	{"ipv4 fragment at offset 256", XE_PASS_FRAGMENT, PING4(.fragment = 0x0100)},
	{"ipv4 middle fragment with DF", XE_PASS_FRAGMENT, PING4(.fragment = 0x6010)},
	{"ipv4 DF", ANSWER, PING4(.fragment = 0x4000)},
	{"ipv4 reserved flag", ANSWER, PING4(.fragment = 0x8000)},
	{"ipv6 fragment header", XE_PASS_FRAGMENT, PING6(.protocol = 44)},

	{"ipv4 ICMP", XE_PASS_NOT_UDP, PING4(.protocol = 1)},
	{"ipv4 TCP", XE_PASS_NOT_UDP, PING4(.protocol = 6)},
	{"ipv4 protocol 0", XE_PASS_NOT_UDP, PING4(.protocol = 0)},
	{"ipv4 protocol 16", XE_PASS_NOT_UDP, PING4(.protocol = 16)},
	{"ipv4 UDP-Lite", XE_PASS_NOT_UDP, PING4(.protocol = 136)},
	{"ipv4 in ipv4", XE_PASS_NOT_UDP, PING4(.protocol = 4)},
	{"ipv6 TCP", XE_PASS_NOT_UDP, PING6(.protocol = 6)},
	{"ipv6 ICMPv6", XE_PASS_NOT_UDP, PING6(.protocol = 58)},
	{"ipv6 no next header", XE_PASS_NOT_UDP, PING6(.protocol = 59)},
	{"ipv6 UDP-Lite", XE_PASS_NOT_UDP, PING6(.protocol = 136)},
	{"ipv6 in ipv6", XE_PASS_NOT_UDP, PING6(.protocol = 41)},
	{"ipv6 hop-by-hop options", XE_PASS_EXTENSION_HEADER, PING6(.protocol = 0)},
	{"ipv6 routing header", XE_PASS_EXTENSION_HEADER, PING6(.protocol = 43)},
	{"ipv6 ESP", XE_PASS_EXTENSION_HEADER, PING6(.protocol = 50)},
	{"ipv6 authentication header", XE_PASS_EXTENSION_HEADER, PING6(.protocol = 51)},
	{"ipv6 destination options", XE_PASS_EXTENSION_HEADER, PING6(.protocol = 60)},
	{"ipv6 mobility", XE_PASS_EXTENSION_HEADER, PING6(.protocol = 135)},
	{"ipv6 HIP", XE_PASS_EXTENSION_HEADER, PING6(.protocol = 139)},
	{"ipv6 shim6", XE_PASS_EXTENSION_HEADER, PING6(.protocol = 140)},

	{"ipv4 length one too much", XE_PASS_BAD_LENGTH, PING4(.ip_length_change = 1)},
	{"ipv4 length one too little", XE_PASS_BAD_LENGTH, PING4(.ip_length_change = -1)},
	{"ipv4 length 0", XE_PASS_BAD_LENGTH, PING4(.ip_length_change = -46)},
	{"ipv4 length below its header", XE_PASS_BAD_LENGTH, PING4(.ip_length_change = -27)},
	{"ipv4 UDP length one too much", XE_PASS_BAD_LENGTH, PING4(.udp_length_change = 1)},
	{"ipv4 UDP length one too little", XE_PASS_BAD_LENGTH, PING4(.udp_length_change = -1)},
	{"ipv4 UDP length 0", XE_PASS_BAD_LENGTH,
	 PING4(.udp_length_change = -26, .ip_length_change = -26)},
	{"ipv4 UDP length 7", XE_PASS_BAD_LENGTH,
	 PING4(.udp_length_change = -19, .ip_length_change = -19)},
	{"ipv4 UDP length 65535, IP length the same modulo 65536", XE_PASS_BAD_LENGTH,
	 PING4(.udp_length_change = 65535 - 26, .ip_length_change = 19 - 46)},
	{"ipv4 lengths agree, beyond the frame", XE_PASS_TRUNCATED,
	 PING4(.udp_length_change = 1, .ip_length_change = 1)},
	{"ipv4 lengths agree on the largest, in a short frame", XE_PASS_TRUNCATED,
	 PING4(.udp_length_change = 65515 - 26, .ip_length_change = 65535 - 46)},
	{"ipv4 lengths agree, one short of the frame", ANSWER,
	 PING4(.udp_length_change = -1, .ip_length_change = -1)},
	{"ipv4 lengths agree on 8, payload is left over", ANSWER,
	 PING4(.udp_length_change = -18, .ip_length_change = -18)},
	{"ipv6 length one too much", XE_PASS_BAD_LENGTH, PING6(.ip_length_change = 1)},
	{"ipv6 length one too little", XE_PASS_BAD_LENGTH, PING6(.ip_length_change = -1)},
	{"ipv6 length 0", XE_PASS_BAD_LENGTH, PING6(.ip_length_change = -26)},
	{"ipv6 UDP length one too much", XE_PASS_BAD_LENGTH, PING6(.udp_length_change = 1)},
	{"ipv6 UDP length one too little", XE_PASS_BAD_LENGTH, PING6(.udp_length_change = -1)},
	{"ipv6 jumbogram: both lengths 0", XE_PASS_BAD_LENGTH,
	 PING6(.udp_length_change = -26, .ip_length_change = -26)},
	{"ipv6 both lengths 7", XE_PASS_BAD_LENGTH,
	 PING6(.udp_length_change = -19, .ip_length_change = -19)},
	{"ipv6 lengths agree, beyond the frame", XE_PASS_TRUNCATED,
	 PING6(.udp_length_change = 1, .ip_length_change = 1)},
	{"ipv6 lengths agree on the largest, in a short frame", XE_PASS_TRUNCATED,
	 PING6(.udp_length_change = 65535 - 26, .ip_length_change = 65535 - 26)},
	{"ipv6 lengths agree, one short of the frame", ANSWER,
	 PING6(.udp_length_change = -1, .ip_length_change = -1)},

	{"ipv4 checksum wrong by one", XE_PASS_IP_CHECKSUM, PING4(.ip_checksum_error = 1)},
	{"ipv4 checksum, highest bit wrong", XE_PASS_IP_CHECKSUM,
	 PING4(.ip_checksum_error = 0x8000)},
	{"ipv4 checksum inverted", XE_PASS_IP_CHECKSUM, PING4(.ip_checksum_error = 0xffff)},
	{"ipv4 checksum 0 in place of 1", XE_PASS_IP_CHECKSUM,
	 PING4(.ip_checksum = 1, .ip_checksum_error = 1)},
	{"ipv4 checksum with its bytes swapped", XE_PASS_IP_CHECKSUM,
	 PING4(.ip_checksum = 0x1234, .ip_checksum_error = 0x1234 ^ 0x3412)},
	{},
};

const struct packet_row reply_rows[] = {
	{"ipv4 without payload", ANSWER, PING4(.payload = 0)},
	{"ipv4 without payload, padded to 60 bytes", ANSWER, PING4(.payload = 0, .padding = 18)},
	{"ipv4 with one byte, padded to 60 bytes", ANSWER, PING4(.payload = 1, .padding = 17)},
	{"ipv4 with an odd payload", ANSWER, PING4(.payload = 33)},
	{"ipv4 of 1500 bytes", ANSWER, PING4(.payload = 1472)},
	{"ipv4 in one buffer of 3000 bytes", ANSWER, PING4(.payload = 3000 - 42)},
	{"ipv4 with more padding than Ethernet needs", ANSWER, PING4(.padding = 900)},
	{"ipv6 without payload", ANSWER, PING6(.payload = 0)},
	{"ipv6 with trailing bytes", ANSWER, PING6(.payload = 1, .padding = 4)},
	{"ipv6 of 1500 bytes", ANSWER, PING6(.payload = 1452)},

	{"jumbo ipv4 ping of 5000 bytes", ANSWER, PING4(.payload = 5000), .jumbo = true},
	{"jumbo ipv6 ping of 8952 bytes", ANSWER, PING6(.payload = 8952), .jumbo = true},
	{"jumbo ipv4 ping, the largest of all", ANSWER, PING4(.payload = 65507), .jumbo = true},
	{"jumbo ipv6 ping, the largest of all", ANSWER, PING6(.payload = 65527), .jumbo = true},
	{"jumbo ipv4 ping that its frame cuts off", XE_PASS_TRUNCATED,
	 PING4(.payload = 5000, .cut = 4900), .jumbo = true},
	{"jumbo TCP", XE_PASS_NOT_UDP, PING4(.payload = 5000, .protocol = 6)},
	{"jumbo ARP", XE_PASS_NOT_IP, PING4(.payload = 5000, .ethertype = 0x806)},
	{"jumbo frame with a short ping and much padding", ANSWER, PING4(.padding = 5000)},
	{"jumbo frame with a short refused ping", XE_DROP_TTL, PING6(.padding = 5000, .ttl = 1)},

	{"ipv4 ttl 0", XE_DROP_TTL, PING4(.ttl = 0)},
	{"ipv4 ttl 1", XE_DROP_TTL, PING4(.ttl = 1)},
	{"ipv4 ttl 2", ANSWER, PING4(.ttl = 2)},
	{"ipv4 ttl 128", ANSWER, PING4(.ttl = 128)},
	{"ipv4 ttl 255", ANSWER, PING4(.ttl = 255)},
	{"ipv6 hop limit 0", XE_DROP_TTL, PING6(.ttl = 0)},
	{"ipv6 hop limit 1", XE_DROP_TTL, PING6(.ttl = 1)},
	{"ipv6 hop limit 2", ANSWER, PING6(.ttl = 2)},
	{"ipv6 hop limit 255", ANSWER, PING6(.ttl = 255)},
	{"ipv4 ttl 0, reply fixed at 64", ANSWER, PING4(.ttl = 0), TTL_64},
	{"ipv4 ttl 1, reply fixed at 64", ANSWER, PING4(.ttl = 1), TTL_64},
	{"ipv4 ttl 64, reply fixed at 64", ANSWER, PING4(.ttl = 64), TTL_64},
	{"ipv4 ttl 255, reply fixed at 64", ANSWER, PING4(.ttl = 255), TTL_64},
	{"ipv4 ttl 1, reply fixed at 1", ANSWER, PING4(.ttl = 1), TTL_1},
	{"ipv4 ttl 255, reply fixed at 1", ANSWER, PING4(.ttl = 255), TTL_1},
	{"ipv4 ttl 0, reply fixed at 255", ANSWER, PING4(.ttl = 0), TTL_255},
	{"ipv4 ttl 2, reply fixed at 255", ANSWER, PING4(.ttl = 2), TTL_255},
	{"ipv6 hop limit 0, reply fixed at 64", ANSWER, PING6(.ttl = 0), TTL_64},
	{"ipv6 hop limit 255, reply fixed at 1", ANSWER, PING6(.ttl = 255), TTL_1},
	{"ipv6 hop limit 1, reply fixed at 255", ANSWER, PING6(.ttl = 1), TTL_255},

	{"ipv4 without UDP checksum", ANSWER, PING4(.no_udp_checksum = true)},
	{"ipv4 with a corrupted UDP checksum", ANSWER, PING4(.udp_checksum_error = 0x0040)},
	{"ipv6 without UDP checksum", XE_PASS_NO_CHECKSUM, PING6(.no_udp_checksum = true)},
	{"ipv6 with a corrupted UDP checksum", ANSWER, PING6(.udp_checksum_error = 0x8001)},
	/* These source ports bring the sum to all ones, which is sent as such, not as zero. */
	{"ipv4 UDP checksum 0xffff", ANSWER, PING4(.source_port = 50000 + 0x03a1)},
	{"ipv6 UDP checksum 0xffff", ANSWER, PING6(.source_port = 50000 + 0x2c30)},

	{"ipv4 all bits of DSCP and ECN", ANSWER, PING4(.tos = 0xff)},
	{"ipv4 DSCP EF", ANSWER, PING4(.tos = 0xb8)},
	{"ipv4 ECT(1)", ANSWER, PING4(.tos = 0x01)},
	{"ipv4 CE", ANSWER, PING4(.tos = 0x03)},
	{"ipv6 all bits of DSCP and ECN", ANSWER, PING6(.tos = 0xff)},
	{"ipv6 DSCP EF, ECT(0)", ANSWER, PING6(.tos = 0xba)},
	{},
};

/* Two pings and then one an hour, largest size, secret: the rules that are off unless asked for. */
const struct packet_row rule_rows[] = {
	{"the last ping of a burst", ANSWER, PING4(), RATE, .before = 1},
	{"the ping after a burst", XE_DROP_RATE, PING4(), RATE, .before = 2},
	{"the last ping of a burst over ipv6", ANSWER, PING6(), RATE, .before = 1},
	{"the ping after a burst over ipv6", XE_DROP_RATE, PING6(), RATE, .before = 2},
	{"the ping after a burst on a VLAN", XE_DROP_RATE,
	 PING4(.tags = {{0x8100, 10}}, .target = "198.51.100.1"), RATE, .before = 2},
	{"the last ping of all sources together", ANSWER, PING4(), TOTAL_RATE, .before = 1},
	{"one more from all sources together", XE_DROP_TOTAL_RATE, PING4(), TOTAL_RATE,
	 .before = 2},
	{"one more from all sources together, over ipv6", XE_DROP_TOTAL_RATE, PING6(), TOTAL_RATE,
	 .before = 2},

	{"ipv4 of the largest size allowed", ANSWER, PING4(), MAX_SIZE},
	{"ipv4 of the largest size allowed, padded", ANSWER, PING4(.padding = 40), MAX_SIZE},
	{"ipv4 one byte too large", XE_DROP_SIZE, PING4(.payload = 19), MAX_SIZE},
	{"ipv4 one byte too large, without what the frame holds", ANSWER,
	 PING4(.payload = 19, .udp_length_change = -1, .ip_length_change = -1), MAX_SIZE},
	{"ipv6 of the largest size allowed", ANSWER, PING6(), MAX_SIZE},
	{"ipv6 one byte too large", XE_DROP_SIZE, PING6(.payload = 19), MAX_SIZE},
	{"too large for another port", XE_PASS_OTHER_PORT, PING4(.payload = 19, .target_port = 9),
	 MAX_SIZE},

	{"ipv4 with the secret", ANSWER, PING4(), SECRET},
	{"ipv4 with the secret and nothing else", ANSWER, PING4(.payload = 8), SECRET},
	{"ipv4 with all but the end of the secret", XE_DROP_MAGIC, PING4(.payload = 7), SECRET},
	{"ipv4 without payload where a secret is wanted", XE_DROP_MAGIC,
	 PING4(.payload = 0, .padding = 18), SECRET},
	{"ipv4 with a secret that goes on behind its length", XE_DROP_MAGIC,
	 PING4(.udp_length_change = -11, .ip_length_change = -11), SECRET},
	{"ipv4 with a secret that is wrong in its last byte", XE_DROP_MAGIC, PING4(), WRONG_SECRET},
	{"ipv6 with the secret", ANSWER, PING6(), SECRET},
	{"ipv6 with a secret that is wrong in its last byte", XE_DROP_MAGIC, PING6(), WRONG_SECRET},
	{"ipv4 under two tags with the secret", ANSWER,
	 PING4(.tags = {{0x88a8, 20}, {0x8100, 30}}, .target = "203.0.113.2"), SECRET},
	{"the secret does not excuse ttl 1", XE_DROP_TTL, PING4(.ttl = 1), SECRET},
	{},
};
