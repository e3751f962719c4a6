# SPDX-License-Identifier: GPL-2.0-only
"""Frames that a stranger might send: such as could do harm if they were answered, such as nothing
must crash or stall over, and ordinary pings between them.

Each is a row: its name, XDP's verdict, the stack's, and the frame. XDP's verdict is "answer" or the
reason why not; if that is one for which XDP passes the frame up, or on the socket path, the stack
has it, and its own verdict is what the sockets make of it: "" where they never see it. The verdicts
are written down by hand; nothing is taken from the code under test.

The sources are not reachable, so that a reply ends at the gateway; most have a port of their own, by
which the frame can be told from its reply."""
import itertools
import struct
from collections import namedtuple

from scapy.layers.inet import ICMP, IP, TCP, UDP
from scapy.layers.inet6 import (HBHOptUnknown, ICMPv6DestUnreach, ICMPv6EchoRequest,
                                ICMPv6ND_NA, IPv6,
                                IPv6ExtHdrDestOpt, IPv6ExtHdrFragment, IPv6ExtHdrHopByHop,
                                IPv6ExtHdrRouting, PadN)
from scapy.layers.l2 import ARP, GRE, Dot1AD, Dot1Q, Dot3, Ether, LLC, SNAP
from scapy.packet import Raw

ANSWER = "answer"
Row = namedtuple("Row", "name xdp stack frame")

# The stack hands it to the socket all the same, which refuses it for the same reason.
SAME = object()

DATA = Raw(b"hostile or not" * 2)


class Maker:
    """Makes the layers of frames to one host."""

    def __init__(self, host):
        self.host = host
        self.source_ports = itertools.count(40000)

    def ether(self, **fields):
        return Ether(**{"src": self.host.peer, "dst": self.host.mac, **fields})

    def ip(self, **fields):
        return self.ether() / IP(**{"src": "203.0.113.99", "dst": self.host.ipv4, "ttl": 64, **fields})

    def ip6(self, **fields):
        return self.ether() / IPv6(**{"src": "2001:db8:c::99", "dst": self.host.ipv6, "hlim": 64,
                                      **fields})

    def udp(self, **fields):
        return UDP(**{"sport": next(self.source_ports), "dport": self.host.port[0], **fields}) / DATA

    def udp4(self, **fields):
        return self.ip(**fields) / self.udp()

    def udp6(self, **fields):
        return self.ip6(**fields) / self.udp()

    def within(self, *tags, layer=None):
        """An ordinary ping behind these tags."""
        frame = self.ether()
        for tag in tags:
            frame /= tag
        return frame / (layer or self.udp4().payload)

    def with_options(self, raw):
        """IPv4 options as bytes, a multiple of four: scapy would mend those that are malformed."""
        packet = bytes(self.udp4())
        header = bytearray(packet[14:34])
        header[0] = 0x40 | (20 + len(raw)) // 4
        header[2:4] = struct.pack("!H", len(packet) - 14 + len(raw))
        header[10:12] = b"\0\0"
        header[10:12] = struct.pack("!H", checksum(bytes(header) + raw))
        return Raw(packet[:14] + bytes(header) + raw + packet[34:])

    def short_header(self, words):
        """An IPv4 header that says to be of so many words, its checksum right."""
        packet = bytearray(bytes(self.udp4()))
        packet[14] = 0x40 | words
        packet[24:26] = b"\0\0"
        packet[24:26] = struct.pack("!H", checksum(bytes(packet[14:14 + max(20, words * 4)])))
        return Raw(bytes(packet))


def checksum(header):
    total = sum(struct.unpack(f"!{len(header) // 2}H", header))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def cut(frame, size):
    return Raw(bytes(frame)[:size])


def ordinary(make):
    yield "plain IPv4", ANSWER, make.udp4()
    yield "plain IPv6", ANSWER, make.udp6()
    yield "no payload", ANSWER, make.ip() / UDP(sport=39001, dport=make.host.port[0])
    yield "IPv6, no payload", ANSWER, make.ip6() / UDP(sport=39001, dport=make.host.port[0])
    yield "one byte", ANSWER, make.ip() / UDP(sport=39002, dport=make.host.port[0]) / Raw(b"!")
    yield "1472 bytes", ANSWER, make.udp4() / Raw(bytes(1472 - 28))
    yield "DSCP and ECN", ANSWER, make.udp4(tos=0xB9)
    yield "traffic class and flow label", ANSWER, make.udp6(tc=0xB9, fl=0xABCDE)
    yield "don't fragment", ANSWER, make.udp4(flags="DF")
    yield "the reserved bit (RFC 3514)", ANSWER, make.udp4(flags="evil")
    yield "padded behind the IP packet", ANSWER, Raw(bytes(make.udp4()) + bytes(7))
    yield "IPv6, padded", ANSWER, Raw(bytes(make.udp6()) + bytes(7))
    yield "IPv4 UDP checksum zero", ANSWER, make.ip() / make.udp(chksum=0)
    yield "from port 1024", ANSWER, make.ip() / make.udp(sport=1024)
    yield "from port 65535", ANSWER, make.ip() / make.udp(sport=65535)
    yield "wrong UDP checksum", ANSWER, "", make.ip() / make.udp(chksum=0x4242)
    yield "IPv6, wrong UDP checksum", ANSWER, "", make.ip6() / make.udp(chksum=0x4242)


def times_to_live(make):
    for ttl in (2, 3, 128, 255):
        yield f"TTL {ttl}", ANSWER, make.udp4(ttl=ttl)
        yield f"hop limit {ttl}", ANSWER, make.udp6(hlim=ttl)
    for ttl in (0, 1):
        yield f"TTL {ttl}", "ttl", SAME, make.udp4(ttl=ttl)
        yield f"hop limit {ttl}", "ttl", SAME, make.udp6(hlim=ttl)


def loops(make):
    """Services that answer, and whatever else a reply could set off."""
    for port in (make.host.port[0], 0, 1, 13, 17, 19, 37, 53, 69, 111, 123, 161, 389, 520, 1023):
        yield f"from port {port}", "source_port", SAME, make.ip() / make.udp(sport=port)
    for port in (make.host.port[0], 0, 19, 53, 69, 123, 1023):
        yield f"IPv6 from port {port}", "source_port", SAME, make.ip6() / make.udp(sport=port)
    land = make.udp(sport=make.host.port[0])
    yield "LAND", "source_port", "", make.ip(src=make.host.ipv4) / land
    yield "LAND over IPv6", "source_port", SAME, make.ip6(src=make.host.ipv6) / land
    yield "from a port of ours, TTL 1", "ttl", SAME, make.ip(ttl=1) / land
    # the stack does not ask for the MAC that a frame came from, and replies to the route's
    yield "from our MAC", "source_mac", ANSWER, make.ether(src=make.host.mac) / make.udp4().payload
    for group in ("01:00:5e:00:00:01", "33:33:00:00:00:01", "ff:ff:ff:ff:ff:ff"):
        yield f"from {group}", "source_mac", ANSWER, make.ether(src=group) / make.udp4().payload
        yield f"IPv6 from {group}", "source_mac", ANSWER, make.ether(src=group) / make.udp6().payload


def sources(make):
    """No host has such an address. Most of them the stack drops as martians."""
    broadcast = make.host.ipv4.rsplit(".", 1)[0] + ".255"
    for source, reason, stack in (
            (make.host.ipv4, "source_own", ""), ("224.0.0.1", "source_multicast", ""),
            ("239.255.255.250", "source_multicast", ""), ("232.0.0.1", "source_multicast", ""),
            ("255.255.255.255", "source_broadcast", ""), ("240.0.0.1", "source_broadcast", SAME),
            ("255.255.255.254", "source_broadcast", SAME), (broadcast, "source_broadcast", ""),
            ("127.0.0.1", "source_loopback", ""), ("127.255.255.254", "source_loopback", ""),
            ("0.0.0.0", "source_zero", ""), ("0.1.2.3", "source_zero", SAME)):
        yield f"from {source}", reason, stack, make.udp4(src=source)
    for source, reason, stack in (
            (make.host.ipv6, "source_own", SAME), ("ff02::1", "source_multicast", ""),
            ("ff0e::1234", "source_multicast", ""), ("::1", "source_loopback", ""),
            ("::", "source_zero", SAME), ("::ffff:203.0.113.9", "source_zero", SAME),
            ("::192.0.2.1", "source_zero", SAME)):
        yield f"from {source}", reason, stack, make.udp6(src=source)


def elsewhere(make):
    """For others, or for nobody."""
    broadcast = make.host.ipv4.rsplit(".", 1)[0] + ".255"
    yield "to another MAC", "other_mac", make.ether(dst="02:00:00:00:00:99") / make.udp4().payload
    yield ("to all MACs", "other_mac", ANSWER,
           make.ether(dst="ff:ff:ff:ff:ff:ff") / make.udp4().payload)
    yield ("to a group's MAC", "other_mac", ANSWER,
           make.ether(dst="01:00:5e:00:00:01") / make.udp4().payload)
    for port in (0, 8, 9, 65535):
        yield f"to port {port}", "other_port", make.ip() / make.udp(dport=port)
        yield f"IPv6 to port {port}", "other_port", make.ip6() / make.udp(dport=port)
    yield "to another address", "other_address", make.udp4(dst="192.0.2.222")
    yield "IPv6 to another", "other_address", make.udp6(dst="2001:db8::1")
    yield "to loopback", "other_address", make.udp4(dst="127.0.0.1")
    yield "to IPv6 loopback", "other_address", make.udp6(dst="::1")
    yield "to nowhere", "other_address", make.udp4(dst="0.0.0.0")
    yield "to all hosts", "other_address", "not_unicast", make.udp4(dst=broadcast)
    yield "to 255.255.255.255", "other_address", "not_unicast", make.udp4(dst="255.255.255.255")
    yield "to a group", "other_address", "not_unicast", make.udp4(dst="224.0.0.1")
    yield "to a group that we are not in", "other_address", "", make.udp4(dst="239.9.9.9")
    yield "to all nodes", "other_address", "not_unicast", make.udp6(dst="ff02::1")


def tags(make):
    """Of VLANs, and what else stands before IP."""
    ping6 = make.udp6().payload
    yield "priority tag", ANSWER, make.within(Dot1Q(vlan=0, prio=5))
    yield "IPv6, priority tag", ANSWER, make.within(Dot1Q(vlan=0, prio=5), layer=ping6)
    yield "on VLAN 5", "other_address", make.within(Dot1Q(vlan=5))
    yield "IPv6 on VLAN 5", "other_address", make.within(Dot1Q(vlan=5), layer=make.udp6().payload)
    yield "on VLAN 4095", "other_address", make.within(Dot1Q(vlan=4095))
    yield "on VLAN 5 in 7", "other_address", make.within(Dot1AD(vlan=7), Dot1Q(vlan=5))
    yield "on VLAN 5 in 7, both 802.1Q", "other_address", make.within(Dot1Q(vlan=7), Dot1Q(vlan=5))
    yield "three tags", "vlan_depth", make.within(Dot1Q(vlan=1), Dot1Q(vlan=1), Dot1Q(vlan=1))
    yield "eight tags", "vlan_depth", make.within(*[Dot1Q(vlan=1)] * 8)
    yield "a tag and no more", "truncated", cut(make.within(Dot1Q(vlan=5)), 18)
    yield "half a tag", "truncated", cut(make.within(Dot1Q(vlan=5)), 16)
    yield "a tag, cut in UDP", "truncated", cut(make.within(Dot1Q(vlan=0)), 44)
    yield "ARP on VLAN 5", "not_ip", make.ether() / Dot1Q(vlan=5) / ARP(op=2, pdst="192.0.2.9")
    for name, number in (("0x9100", 0x9100), ("MPLS", 0x8847), ("PPPoE", 0x8864), ("LLDP", 0x88CC),
                         ("MACsec", 0x88E5), ("length zero", 0), ("0xffff", 0xFFFF)):
        yield f"EtherType {name}", "not_ip", make.ether(type=number) / make.udp4().payload
    yield "802.3 and SNAP", "not_ip", (Dot3(src=make.host.peer, dst=make.host.mac) / LLC() / SNAP()
                                       / make.udp4().payload)
    yield "ARP", "not_ip", make.ether() / ARP(op=2, psrc="203.0.113.99", pdst=make.host.ipv4)
    yield "IPv6 as IPv4", "bad_header", make.ether(type=0x0800) / make.udp6().payload
    yield "IPv4 as IPv6", "bad_header", make.ether(type=0x86DD) / make.udp4().payload


def fragments(make):
    """None of them is ever whole, but for one."""
    yield "first fragment", "fragment", make.udp4(flags="MF", id=11)
    yield "first fragment of eight bytes", "fragment", cut(make.udp4(flags="MF", len=28, id=12), 42)
    yield "later fragment", "fragment", make.udp4(frag=9, id=13)
    yield "fragment over the UDP header", "fragment", make.udp4(frag=1, flags="MF", id=14)
    yield "fragment beyond 65535", "fragment", make.udp4(frag=8191, id=15)
    yield "fragment and don't fragment", "fragment", make.udp4(flags="MF+DF", id=16)
    yield "fragment with TTL 1", "fragment", make.udp4(flags="MF", ttl=1, id=17)
    for name, header in (("first", IPv6ExtHdrFragment(m=1, id=21)),
                         ("later", IPv6ExtHdrFragment(offset=9, id=22)),
                         ("beyond 65535", IPv6ExtHdrFragment(offset=8191, id=23))):
        yield f"IPv6 fragment, {name}", "fragment", make.ip6() / header / make.udp()
    # RFC 6946: a packet of its own
    yield "atomic fragment", "fragment", ANSWER, make.ip6() / IPv6ExtHdrFragment() / make.udp()


def options(make):
    """IPv4 options: the stack obeys or drops them, and replies without."""
    for name, raw, stack in (
            ("no operation", b"\1\1\1\1", ANSWER), ("end", b"\0\0\0\0", ANSWER),
            ("router alert", b"\x94\x04\0\0", ANSWER), ("stream", b"\x88\x04\0\1", ANSWER),
            ("unknown", b"\x5e\x04\0\0", ANSWER),
            ("record route", b"\x07\x07\x04\0\0\0\0\0", ANSWER),
            ("timestamp", b"\x44\x08\x05\0\0\0\0\0", ANSWER),
            ("loose source route", b"\x83\x07\x04\xcb\0\x71\x09\0", ""),
            ("strict source route", b"\x89\x07\x04\xcb\0\x71\x09\0", ""),
            ("length zero", b"\x07\0\0\0", ""), ("length one", b"\x07\1\0\0", ""),
            ("longer than the header", b"\x07\x28\x04\0", ""),
            ("pointer before its room", b"\x07\x07\1\0\0\0\0\0", ""),
            ("forty bytes", b"\1" * 40, ANSWER)):
        yield f"option: {name}", "ip_options", stack, make.with_options(raw)
    yield "option and TTL 1", "ip_options", "ttl", make.udp4(options=b"\x94\x04\0\0", ttl=1)
    yield ("option from port 19", "ip_options", "source_port",
           make.ip(options=b"\x94\x04\0\0") / make.udp(sport=19))


def extension_headers(make):
    pad = PadN(optdata=b"\0\0\0\0")

    def behind(*headers):
        frame = make.ip6()
        for header in headers:
            frame /= header
        return frame / make.udp()

    for name, stack, frame in (
            ("destination options", ANSWER, behind(IPv6ExtHdrDestOpt(options=[pad]))),
            ("hop-by-hop", ANSWER, behind(IPv6ExtHdrHopByHop(options=[pad]))),
            ("hop-by-hop, not first", "",
             behind(IPv6ExtHdrDestOpt(options=[pad]), IPv6ExtHdrHopByHop(options=[pad]))),
            ("hop-by-hop and destination", ANSWER,
             behind(IPv6ExtHdrHopByHop(options=[pad]), IPv6ExtHdrDestOpt(options=[pad]))),
            ("four of them", ANSWER, behind(*[IPv6ExtHdrDestOpt(options=[pad])] * 4)),
            ("routing header 0", "", behind(IPv6ExtHdrRouting(addresses=["2001:db8::1"]))),
            ("routing header 0, nothing left", ANSWER,
             behind(IPv6ExtHdrRouting(addresses=["2001:db8::1"], segleft=0))),
            ("unknown option to be refused", "",
             behind(IPv6ExtHdrDestOpt(options=[HBHOptUnknown(otype=0xBE, optdata=bytes(4))]))),
            ("longer than the packet", "", make.ip6(nh=60) / Raw(b"\x11\xff" + bytes(38))),
            ("cut", "", make.ip6(nh=0) / Raw(b"\x11\0\1\4\0\0")),
            ("AH", "", make.ip6(nh=51) / Raw(b"\x11\4" + bytes(38))),
            ("ESP", "", make.ip6(nh=50) / Raw(bytes(40))),
            ("mobility", "", make.ip6(nh=135) / Raw(b"\x3b\0" + bytes(38)))):
        # fewer bytes than IPv6 and UDP need
        xdp = "truncated" if name == "cut" else "extension_header"
        yield f"extension header: {name}", xdp, stack, frame
    yield ("extension header and hop limit 1", "extension_header", "ttl",
           make.ip6(hlim=1) / IPv6ExtHdrDestOpt(options=[pad]) / make.udp())
    yield ("extension header from port 19", "extension_header", "source_port",
           make.ip6() / IPv6ExtHdrDestOpt(options=[pad]) / make.udp(sport=19))


def lengths(make):
    """Each of the three says something else than the others."""
    for length in (0, 7, 9, 99, 65535):
        yield f"UDP length {length}", "bad_length", make.ip() / make.udp(len=length)
    for length in (7, 9, 99, 65535):
        yield f"IPv6 UDP length {length}", "bad_length", make.ip6() / make.udp(len=length)
    # RFC 2675: as long as the packet is
    yield "IPv6 UDP length 0", "bad_length", ANSWER, make.ip6() / make.udp(len=0)
    yield "IP length 0", "bad_length", make.ip(len=0) / make.udp()
    yield "IP length 19", "bad_length", make.ip(len=19) / make.udp()
    yield "IP length 27", "bad_length", make.ip(len=27) / make.udp()
    yield "IP length 65535", "bad_length", make.ip(len=65535) / make.udp()
    yield "both lengths beyond the frame", "truncated", make.ip(len=520) / make.udp(len=500)
    yield "IPv6 length 0", "bad_length", make.ip6(plen=0) / make.udp()
    yield "IPv6 length 7", "bad_length", make.ip6(plen=7) / make.udp()
    yield "IPv6, both lengths beyond the frame", "truncated", make.ip6(plen=500) / make.udp(len=500)
    yield "IPv6 UDP checksum zero", "no_checksum", make.ip6() / make.udp(chksum=0)
    for size in (14, 15, 20, 33, 34, 38, 41):
        yield f"cut to {size} bytes", "truncated", cut(make.udp4(), size)
    yield "cut in the payload", "truncated", cut(make.udp4(), 50)
    for size in (14, 53, 54, 61):
        yield f"IPv6 cut to {size} bytes", "truncated", cut(make.udp6(), size)
    yield "IPv6 cut in the payload", "truncated", cut(make.udp6(), 70)


def headers(make):
    for version in (0, 5, 6, 15):
        yield f"IP version {version}", "bad_header", make.udp4(version=version)
    for version in (0, 4, 7):
        yield f"IPv6 version {version}", "bad_header", make.udp6(version=version)
    for words in (0, 1, 4):
        yield f"IP header of {words} words", "bad_header", make.short_header(words)
    yield "IP header checksum", "ip_checksum", make.udp4(chksum=0x1234)
    yield "IP header checksum zero", "ip_checksum", make.udp4(chksum=0)
    yield "IP header checksum 0xffff", "ip_checksum", make.udp4(chksum=0xFFFF)


def protocols(make):
    """Not UDP; some carry what would be a ping, or quote one."""
    ping, port = make.udp4().payload, make.host.port[0]
    ours = IP(src=make.host.ipv4, dst="203.0.113.99") / UDP(sport=port, dport=40000)
    for name, layer in (
            ("TCP", TCP(sport=40000, dport=port)), ("TCP reset", TCP(dport=port, flags="R")),
            ("ICMP echo reply", ICMP(type=0) / DATA), ("ICMP about a reply", ICMP(type=3, code=3) / ours),
            ("ICMP time exceeded", ICMP(type=11) / ours), ("ICMP redirect", ICMP(type=5) / ours),
            ("GRE", GRE() / ping)):
        yield name, "not_udp", make.ip() / layer
    for name, number in (("IP in IP", 4), ("UDP-Lite", 136), ("SCTP", 132), ("protocol 0", 0),
                         ("protocol 255", 255)):
        yield name, "not_udp", make.ip(proto=number) / ping
    yield "IPv6 in IPv4", "not_udp", make.ip(proto=41) / make.udp6().payload
    ours6 = IPv6(src=make.host.ipv6, dst="2001:db8:c::99") / UDP(sport=port, dport=40000)
    for name, layer in (
            ("ICMPv6 echo", ICMPv6EchoRequest()), ("ICMPv6 about a reply", ICMPv6DestUnreach() / ours6),
            ("a neighbour that nobody asked for", ICMPv6ND_NA(tgt="2001:db8:c::99"))):
        yield name, "not_udp", make.ip6() / layer
    yield "no next header", "not_udp", make.ip6(nh=59) / DATA


def complete(row):
    """With the stack's verdict, where the row leaves it to be the same, or nothing."""
    if len(row) == 3:
        name, xdp, frame = row
        stack = xdp if xdp == ANSWER else ""
    else:
        name, xdp, stack, frame = row
    return Row(name, xdp, xdp if stack is SAME else stack, bytes(frame))


def hostile(host):
    """All rows, for a host that `host` describes: mac, peer, ipv4, ipv6, port."""
    make = Maker(host)
    kinds = (ordinary, times_to_live, loops, sources, elsewhere, tags, fragments, options,
             extension_headers, lengths, headers, protocols)
    return [complete(row) for kind in kinds for row in kind(make)]
