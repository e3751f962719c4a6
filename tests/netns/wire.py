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
import json
import socket
import sys
from collections import Counter

from hostile import ANSWER, hostile

# Reasons for which XDP leaves a frame to the stack.
PASSED = ("other_mac", "other_address", "fragment", "ip_options", "extension_header",
          "bad_length")
MARK_TYPE = 0x88B5  # IEEE 802 local experimental EtherType


def mark(options):
    frame = bytes.fromhex("ffffffffffff020000000001") + MARK_TYPE.to_bytes(2, "big")
    send_frames(options.interface, [frame + options.text.encode().ljust(46, b".")])


def send_frames(interface, frames):
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sock:
        sock.bind((interface, 0))
        for frame in frames:
            sock.send(frame)


def send(options):
    send_frames(options.interface, [row.frame for row in hostile(options)])


def is_mark(frame):
    return int.from_bytes(frame[12:14], "big") == MARK_TYPE


def ordinary(frame, host):
    """The two verdicts on a frame that is none of the hostile ones: a ping, or the traffic of a
    network that has nothing to do with xdp-echo."""
    from scapy.layers.inet import IP, UDP
    from scapy.layers.inet6 import IPv6
    from scapy.layers.l2 import Ether

    packet = Ether(frame)
    if packet.type not in (0x0800, 0x86DD):
        return "not_ip", ""
    network = packet[IP] if IP in packet else packet[IPv6]
    if IPv6 in packet and network.nh in (0, 60):
        return "extension_header", ""
    if UDP not in network:
        return "not_udp", ""
    if packet.dst != host.mac:
        return "other_mac", ""
    if network[UDP].dport not in host.port:
        return "other_port", ""
    if network.dst not in (host.ipv4, host.ipv6):
        return "other_address", ""
    return ANSWER, ANSWER


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


def size_of(frame):
    """Of a ping's payload. A UDP length of zero means all of the packet (RFC 2675)."""
    from scapy.layers.inet import UDP
    from scapy.layers.inet6 import IPv6
    from scapy.layers.l2 import Ether

    packet = Ether(frame)
    return (packet[UDP].len or packet[IPv6].plen) - 8


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
    payload = bytes(udp.payload)[:size_of(frame)]
    if turned:
        return (*reversed(ends), ttl or left - 1, service, payload, True)
    again = Ether(frame)
    del again[UDP].chksum
    sums_right = Ether(bytes(again))[UDP].chksum == udp.chksum
    return (*ends, left, service, payload, sums_right)


def verdicts_on(frame, options, known):
    """What XDP made of it, unless on the socket path; and the sockets, if it came to them."""
    xdp, stack = known[frame][1:3] if frame in known else ordinary(frame, options)
    if options.path == "socket":
        return [stack] if stack else []
    return [xdp, stack] if stack and xdp in PASSED else [xdp]


def compare(expected, found):
    """Says on stderr what is in one and not in the other; true if there is nothing to say."""
    missing, wrong = expected - found, found - expected
    for what, some in (("missing reply", missing), ("reply that is not right", wrong)):
        for reply in some:
            print(f"{what}: {reply if isinstance(reply, tuple) else reply.hex()}", file=sys.stderr)
    return expected == found


def judge(options):
    from scapy.utils import RawPcapReader

    known = {row.frame: row for row in hostile(options)}
    left = Counter(frame for frame, _ in RawPcapReader(options.back)
                   if not is_mark(frame) and is_reply(frame, options))
    reasons, by_xdp, by_stack, size = Counter(), Counter(), Counter(), 0
    for frame, _ in RawPcapReader(options.to):
        verdicts = verdicts_on(frame, options, known)
        reasons.update(verdicts)
        if ANSWER in verdicts:
            size += size_of(frame)
        if ANSWER not in verdicts:
            continue
        if options.path != "socket" and verdicts[0] == ANSWER:
            by_xdp[reply_to(frame, options.ttl)] += 1
        else:
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
            add("--path", default="xdp", help="socket, or any other for XDP")
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
