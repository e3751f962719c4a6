#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""What the tests know of the wire: sends hostile frames, and judges what tcpdump captured.

    mark      sends one frame that a capture is known to hold once it is complete
    send      sends the hostile frames
    judge     compares both directions of a capture with what xdp-echo must have done, and prints
              the counters that it must show, as JSON

The verdicts here are written down by hand, or follow from a description of ordinary pings. Nothing
is taken from the code under test.
"""
import argparse
import itertools
import json
import socket
import sys
from collections import Counter

MARK_TYPE = 0x88B5  # IEEE 802 local experimental EtherType
ANSWER = "answer"


def mark(options):
    frame = bytes.fromhex("ffffffffffff020000000001") + MARK_TYPE.to_bytes(2, "big")
    send_frames(options.interface, [frame + options.text.encode().ljust(46, b".")])


def send_frames(interface, frames):
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sock:
        sock.bind((interface, 0))
        for frame in frames:
            sock.send(frame)


def hostile(host):
    """(name, verdict, frame): frames that arrive at `host`, whose answer could do harm, or that
    resemble a ping. The verdict is XDP's; "reason, verdict" where XDP passes the frame to the stack
    for that reason, and the socket path has its say.

    The sources are not reachable, so that a reply ends at the gateway; most have a port of their
    own, by which the frame can be told from its reply."""
    from scapy.layers.inet import ICMP, IP, TCP, UDP
    from scapy.layers.inet6 import (ICMPv6EchoRequest, IPv6, IPv6ExtHdrDestOpt,
                                    IPv6ExtHdrFragment)
    from scapy.layers.l2 import ARP, Dot1AD, Dot1Q, Ether
    from scapy.packet import Raw

    data = Raw(b"hostile or not" * 2)
    source_port = itertools.count(40000)

    def ether(**fields):
        return Ether(**{"src": host.peer, "dst": host.mac, **fields})

    def ip(**fields):
        return IP(**{"src": "203.0.113.99", "dst": host.ipv4, "ttl": 64, **fields})

    def ip6(**fields):
        return IPv6(**{"src": "2001:db8:c::99", "dst": host.ipv6, "hlim": 64, **fields})

    def udp(**fields):
        return UDP(**{"sport": next(source_port), "dport": host.port[0], **fields})

    def cut(frame, size):
        return bytes(frame)[:size]

    broadcast = host.ipv4.rsplit(".", 1)[0] + ".255"
    udp4, udp6 = ether() / ip() / udp() / data, ether() / ip6() / udp() / data
    bad_checksum = ether() / ip(chksum=0x1234) / udp() / data
    yield "plain IPv4", ANSWER, udp4
    yield "plain IPv6", ANSWER, udp6
    yield "no payload", ANSWER, ether() / ip() / udp()
    yield "TTL 255", ANSWER, ether() / ip(ttl=255) / udp() / data
    yield "TTL 2", ANSWER, ether() / ip(ttl=2) / udp() / data
    yield "TTL 1", "ttl", ether() / ip(ttl=1) / udp() / data
    yield "TTL 0", "ttl", ether() / ip(ttl=0) / udp() / data
    yield "hop limit 2", ANSWER, ether() / ip6(hlim=2) / udp() / data
    yield "hop limit 1", "ttl", ether() / ip6(hlim=1) / udp() / data
    yield "IPv4 UDP checksum zero", ANSWER, ether() / ip() / udp(chksum=0) / data
    yield "IPv6 UDP checksum zero", "no_checksum", ether() / ip6() / udp(chksum=0) / data
    yield "wrong UDP checksum", ANSWER, ether() / ip() / udp(chksum=0x4242) / data
    yield "DSCP and ECN", ANSWER, ether() / ip(tos=0xB9) / udp() / data
    yield "don't fragment", ANSWER, ether() / ip(flags="DF") / udp() / data
    yield "padded behind the IP packet", ANSWER, Raw(bytes(udp4) + bytes(7))
    for port in (host.port[0], 19, 53, 1023):
        yield f"from port {port}", "source_port", ether() / ip() / udp(sport=port) / data
        yield f"IPv6 from port {port}", "source_port", ether() / ip6() / udp(sport=port) / data
    yield "from port 1024", ANSWER, ether() / ip() / udp(sport=1024) / data
    yield "from our MAC", "source_mac", ether(src=host.mac) / ip() / udp() / data
    yield "from a group MAC", "source_mac", ether(src="01:00:5e:00:00:01") / ip() / udp() / data
    for source, reason in (
            (host.ipv4, "source_own"), ("224.0.0.1", "source_multicast"),
            ("239.255.255.250", "source_multicast"), ("255.255.255.255", "source_broadcast"),
            ("240.0.0.1", "source_broadcast"), (broadcast, "source_broadcast"),
            ("127.0.0.1", "source_loopback"), ("0.0.0.0", "source_zero"),
            ("0.1.2.3", "source_zero")):
        yield f"from {source}", reason, ether() / ip(src=source) / udp() / data
    for source, reason in (
            (host.ipv6, "source_own"), ("ff02::1", "source_multicast"),
            ("::1", "source_loopback"), ("::", "source_zero"),
            ("::ffff:203.0.113.9", "source_zero")):
        yield f"from {source}", reason, ether() / ip6(src=source) / udp() / data
    yield "to another MAC", "other_mac", ether(dst="02:00:00:00:00:99") / ip() / udp() / data
    yield "to all MACs", "other_mac, answer", ether(dst="ff:ff:ff:ff:ff:ff") / ip() / udp() / data
    yield "to another port", "other_port", ether() / ip() / udp(dport=9) / data
    yield "IPv6 to another port", "other_port", ether() / ip6() / udp(dport=9) / data
    yield "to another address", "other_address", ether() / ip(dst="192.0.2.222") / udp() / data
    yield "to all hosts", "other_address, not_unicast", ether() / ip(dst=broadcast) / udp() / data
    yield "to a group", "other_address, not_unicast", ether() / ip(dst="224.0.0.1") / udp() / data
    yield "IPv6 to another", "other_address", ether() / ip6(dst="2001:db8::1") / udp() / data
    yield "on VLAN 5", "other_address", ether() / Dot1Q(vlan=5) / ip() / udp() / data
    yield "on VLAN 5 in 7", "other_address", ether() / Dot1AD(vlan=7) / Dot1Q(vlan=5) / ip() / udp()
    yield "priority tag", ANSWER, ether() / Dot1Q(vlan=0, prio=5) / ip() / udp() / data
    yield "IPv6, priority tag", ANSWER, ether() / Dot1Q(vlan=0, prio=5) / ip6() / udp() / data
    yield "three tags", "vlan_depth", ether() / Dot1Q() / Dot1Q() / Dot1Q() / ip() / udp() / data
    yield "first fragment", "fragment", ether() / ip(flags="MF") / udp() / data
    yield "later fragment", "fragment", ether() / ip(frag=9) / udp() / data
    yield "IPv6 fragment", "fragment", ether() / ip6() / IPv6ExtHdrFragment(m=1) / udp() / data
    yield "IP options", "ip_options, answer", ether() / ip(options=b"\x94\x04\0\0") / udp() / data
    yield ("extension header", "extension_header, answer",
           ether() / ip6() / IPv6ExtHdrDestOpt() / udp() / data)
    yield "UDP length too great", "bad_length", ether() / ip() / udp(len=99) / data
    yield "UDP length too small", "bad_length", ether() / ip() / udp(len=9) / data
    yield "UDP length below 8", "bad_length", ether() / ip() / udp(len=7) / data
    yield "IPv6 UDP length", "bad_length", ether() / ip6() / udp(len=99) / data
    yield "IP version 5", "bad_header", ether() / ip(version=5) / udp() / data
    yield "IPv6 version 4", "bad_header", ether() / ip6(version=4) / udp() / data
    yield "IP header checksum", "ip_checksum", bad_checksum
    yield "cut in the payload", "truncated", Raw(cut(udp4, 50))
    yield "cut in the UDP header", "truncated", Raw(cut(udp4, 38))
    yield "cut in the IP header", "truncated", Raw(cut(udp4, 20))
    yield "IPv6 cut in the payload", "truncated", Raw(cut(udp6, 70))
    yield "a bare Ethernet header", "truncated", Raw(cut(udp4, 14))
    yield "TCP", "not_udp", ether() / ip() / TCP(sport=40000, dport=host.port[0])
    yield "ICMP", "not_udp", ether() / ip() / ICMP() / data
    yield "ICMPv6", "not_udp", ether() / ip6() / ICMPv6EchoRequest()
    yield "ARP", "not_ip", ether() / ARP(op=2, psrc="203.0.113.99", pdst=host.ipv4)
    yield "another EtherType", "not_ip", ether(type=0x88CC) / data


def hostile_frames(host):
    return [(name, verdict, bytes(frame)) for name, verdict, frame in hostile(host)]


def send(options):
    send_frames(options.interface, [frame for _, _, frame in hostile_frames(options)])


def is_mark(frame):
    return int.from_bytes(frame[12:14], "big") == MARK_TYPE


def ordinary(frame, host):
    """The verdict on a frame that is none of the hostile ones: a ping, or the traffic of a network
    that has nothing to do with xdp-echo."""
    from scapy.layers.inet import IP, UDP
    from scapy.layers.inet6 import IPv6
    from scapy.layers.l2 import Ether

    packet = Ether(frame)
    if packet.type not in (0x0800, 0x86DD):
        return "not_ip"
    network = packet[IP] if IP in packet else packet[IPv6]
    if IPv6 in packet and network.nh in (0, 60):
        return "extension_header"
    if UDP not in network:
        return "not_udp"
    if packet.dst != host.mac:
        return "other_mac"
    if network[UDP].dport not in host.port:
        return "other_port"
    return ANSWER if network.dst in (host.ipv4, host.ipv6) else "other_address"


def reply_to(frame, ttl):
    """The one right reply to a request, made anew from its fields."""
    from scapy.layers.inet import IP, UDP
    from scapy.layers.inet6 import IPv6
    from scapy.layers.l2 import Ether

    packet = Ether(frame)
    packet.src, packet.dst = packet.dst, packet.src
    if IP in packet:
        network = packet[IP]
        network.ttl = ttl or network.ttl - 1
        del network.chksum
    else:
        network = packet[IPv6]
        network.hlim = ttl or network.hlim - 1
    network.src, network.dst = network.dst, network.src
    udp = network[UDP]
    udp.sport, udp.dport = udp.dport, udp.sport
    return bytes(packet)


def udp_of(packet):
    """The UDP header right behind the IP header, or None: one in an ICMP error is no reply."""
    from scapy.layers.inet import IP, UDP
    from scapy.layers.inet6 import IPv6

    network = packet.getlayer(IP) or packet.getlayer(IPv6)
    return network.payload if network and isinstance(network.payload, UDP) else None


def is_reply(frame, host):
    from scapy.layers.l2 import Ether

    udp = udp_of(Ether(frame))
    return udp is not None and udp.sport in host.port


def essence(frame, turned=False, ttl=None):
    """What must be right in a reply that the stack sent; or, turned, what must come back for a
    request that it is given. Options and IP identification are the stack's own affair."""
    from scapy.layers.inet import IP, UDP
    from scapy.layers.inet6 import IPv6
    from scapy.layers.l2 import Ether

    packet = Ether(frame)
    network, udp = packet.getlayer(IP) or packet.getlayer(IPv6), packet[UDP]
    left, service = (network.ttl, network.tos) if IP in packet else (network.hlim, network.tc)
    ends = [(network.src, udp.sport), (network.dst, udp.dport)]
    if turned:
        return (*reversed(ends), ttl or left - 1, service, bytes(udp.payload), True)
    again = Ether(frame)
    del again[UDP].chksum
    sums_right = Ether(bytes(again))[UDP].chksum == udp.chksum
    return (*ends, left, service, bytes(udp.payload), sums_right)


def verdicts_on(frame, options, known):
    verdict = known.get(frame, ("", None))[1] or ordinary(frame, options)
    return verdict.split(", ")


def compare(expected, found):
    """Says on stderr what is in one and not in the other; true if there is nothing to say."""
    missing, wrong = expected - found, found - expected
    for what, some in (("missing reply", missing), ("reply that is not right", wrong)):
        for reply in some:
            print(f"{what}: {reply if isinstance(reply, tuple) else reply.hex()}", file=sys.stderr)
    return expected == found


def judge(options):
    from scapy.layers.inet import UDP
    from scapy.layers.l2 import Ether
    from scapy.utils import RawPcapReader

    known = {frame: (name, verdict) for name, verdict, frame in hostile_frames(options)}
    left = Counter(frame for frame, _ in RawPcapReader(options.back)
                   if not is_mark(frame) and is_reply(frame, options))
    reasons, by_xdp, by_stack, size = Counter(), Counter(), Counter(), 0
    for frame, _ in RawPcapReader(options.to):
        verdicts = verdicts_on(frame, options, known)
        reasons.update(verdicts)
        if verdicts[-1] == ANSWER:
            size += Ether(frame)[UDP].len - 8
        if verdicts[0] == ANSWER:
            by_xdp[reply_to(frame, options.ttl)] += 1
        elif verdicts[-1] == ANSWER:
            by_stack[essence(frame, True, options.ttl)] += 1

    xdp_right = compare(by_xdp, left & by_xdp)
    stack_right = compare(by_stack, Counter(essence(frame) for frame in (left - by_xdp).elements()))
    json.dump({"answered": reasons.pop(ANSWER, 0), "bytes": size, "reasons": reasons}, sys.stdout)
    return 0 if xdp_right and stack_right else 1


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("mark", "send", "judge"):
        command = commands.add_parser(name)
        add = command.add_argument
        add("--mac", help="of the NIC under test")
        add("--peer", help="MAC at the other end of the wire")
        add("--ipv4", help="address of the NIC under test")
        add("--ipv6", help="address of the NIC under test")
        add("--port", type=int, action="append", help="a served port; may be repeated")
        add("--ttl", type=int, help="the fixed TTL of the replies")
        if name == "judge":
            add("to", help="capture of what was sent to the NIC")
            add("back", help="capture of what came back")
        else:
            add("interface")
            add("text", nargs="?", default="mark")
    return parser.parse_args()


def main():
    options = parse_arguments()
    return {"mark": mark, "send": send, "judge": judge}[options.command](options) or 0


sys.exit(main())
