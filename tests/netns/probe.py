#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Sends pings of every shape that the stack understands out of an interface, and judges each reply:
payload, addresses, ports, TTL, traffic class and flow label; and pings that are refused. What must
come back does not depend on the path that answers, but where refused() says so. Prints what is
wrong, and the counts that follow, as JSON; exit status 1 if anything was wrong."""
import argparse
import json
import socket
import sys
import time
from collections import Counter

from scapy.layers.inet import IP, UDP, IPOption_NOP, IPOption_RR, fragment
from scapy.layers.inet6 import (IPv6, IPv6ExtHdrDestOpt, IPv6ExtHdrFragment, IPv6ExtHdrHopByHop,
                                PadN, fragment6)
from scapy.layers.l2 import Ether
from scapy.packet import Raw

ETH_P_ALL = 3
FIRST_PORT = 20000


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--mac", required=True, help="of the NIC under test")
    add("--peer", required=True, help="MAC at this end of the wire")
    add("--ipv4", required=True, help="address of the NIC under test")
    add("--ipv6", required=True, help="address of the NIC under test")
    add("--port", type=int, default=7)
    add("--ttl", type=int, help="the fixed TTL of the replies")
    add("--mtu", type=int, default=1500)
    add("--path", default="native", help="that the host answers by")
    add("interface")
    return parser.parse_args()


class Probe:
    """One ping, as the frames that carry it, and what its reply must be like; None for none."""

    def __init__(self, name, packet, reply=None, frames=None):
        self.name, self.packet, self.reply = name, packet, reply
        self.frames = frames or [packet]
        self.answers = []
        self.dropped = None if reply else "ttl"  # the reason that it is counted by


class Host:
    """Makes probes to one host; the source port tells them apart."""

    def __init__(self, options):
        self.options = options
        self.next_port = FIRST_PORT

    def payload(self, size):
        return bytes((self.next_port + at) & 0xFF for at in range(size))

    def udp(self, size, **fields):
        self.next_port += 1
        udp = UDP(**{"sport": self.next_port, "dport": self.options.port, **fields})
        return udp / Raw(self.payload(size)) if size else udp

    def answer(self, ttl, tos, label=0):
        return {"ttl": self.options.ttl or ttl - 1, "tos": tos, "label": label}

    def ether(self):
        return Ether(src=self.options.peer, dst=self.options.mac)

    def ipv4(self, name, size=32, answered=True, cut=0, udp=(), **fields):
        fields = {"src": "203.0.113.99", "dst": self.options.ipv4, "ttl": 64, **fields}
        packet = IP(**fields) / self.udp(size, **dict(udp))
        reply = self.answer(fields["ttl"], fields.get("tos", 0)) if answered else None
        parts = fragment(packet, cut) if cut else [packet]
        return Probe(name, packet, reply, [self.ether() / part for part in parts])

    def ipv6(self, name, size=32, answered=True, headers=None, cut=0, udp=(), **fields):
        fields = {"src": "2001:db8:c::99", "dst": self.options.ipv6, "hlim": 64, **fields}
        packet = IPv6(**fields)
        if cut:
            packet /= IPv6ExtHdrFragment(id=self.next_port)
        packet = packet / headers if headers else packet
        packet /= self.udp(size, **dict(udp))
        reply = self.answer(fields["hlim"], fields.get("tc", 0), fields.get("fl", 0))
        parts = fragment6(packet, cut) if cut else [packet]
        return Probe(name, packet, reply if answered else None,
                     [self.ether() / part for part in parts])


def probes(host):
    big = host.options.mtu - 48
    nop = [IPOption_NOP()] * 4
    for size in (0, 1, 32, big):
        yield host.ipv4(f"IPv4, {size} bytes", size)
        yield host.ipv6(f"IPv6, {size} bytes", size)
    for tos in (0, 1, 2, 3, 0x10, 0xB8, 0xB9, 0xFC, 0xFF):
        yield host.ipv4(f"TOS {tos:#x}", tos=tos)
        yield host.ipv6(f"traffic class {tos:#x}", tc=tos)
    for label in (1, 0xFFFFF, 0x12345):
        yield host.ipv6(f"flow label {label:#x}", fl=label, tc=0x2E)
    for ttl in (2, 3, 255):
        yield host.ipv4(f"TTL {ttl}", ttl=ttl)
        yield host.ipv6(f"hop limit {ttl}", hlim=ttl)
    fixed = bool(host.options.ttl)
    yield host.ipv4("TTL 1", ttl=1, answered=fixed)
    yield host.ipv6("hop limit 1", hlim=1, answered=fixed)
    yield host.ipv4("don't fragment", flags="DF")
    yield host.ipv4("options: no operation", options=nop)
    yield host.ipv4("options: record route", options=[IPOption_RR(length=11, routers=["0.0.0.0"] * 2)])
    yield host.ipv4("options and TOS", options=nop, tos=0xB9, ttl=9)
    yield host.ipv4("two fragments", 600, cut=400)
    yield host.ipv4("fragments with TOS", 1200, cut=200, tos=0xB9, ttl=17)
    yield host.ipv4("fragments and options", 600, cut=400, options=nop)
    yield host.ipv4("TTL 1 in fragments", 600, cut=400, ttl=1, answered=fixed)
    padding = PadN(optdata=b"\0\0\0\0")
    yield host.ipv6("hop-by-hop options", headers=IPv6ExtHdrHopByHop(options=[padding]))
    yield host.ipv6("destination options", headers=IPv6ExtHdrDestOpt(options=[padding]), hlim=5)
    yield host.ipv6("both kinds of options", headers=IPv6ExtHdrHopByHop(options=[padding])
                    / IPv6ExtHdrDestOpt(options=[padding]), tc=0xB9)
    yield host.ipv6("two fragments", 1400, cut=1280)
    yield host.ipv6("fragments with traffic class", 1400, cut=1280, tc=0xB9, hlim=17)
    yield host.ipv6("hop limit 1 in fragments", 1400, cut=1280, hlim=1, answered=fixed)


def refused(host):
    """Pings that the rules refuse, each with its reason. Where the socket path has to do with one
    that the kernel's stack judges otherwise, or before it, that is told here."""
    stack = host.options.path == "socket"

    def drop(probe, reason):
        probe.dropped = reason
        return probe

    def dropped_by_stack(probe, reason):
        return drop(probe, None if stack else reason)

    for port in (host.options.port, 53, 1023):
        udp = {"sport": port}
        yield drop(host.ipv4(f"source port {port}", answered=False, udp=udp), "source_port")
        yield drop(host.ipv6(f"IPv6 source port {port}", answered=False, udp=udp), "source_port")
    for source, reason in (("240.0.0.1", "source_broadcast"), ("0.1.2.3", "source_zero")):
        yield drop(host.ipv4(f"source {source}", answered=False, src=source), reason)
    for source, reason in ((host.options.ipv6, "source_own"), ("::ffff:1.2.3.4", "source_zero")):
        yield drop(host.ipv6(f"source {source}", answered=False, src=source), reason)
    for source, reason in (("224.0.0.5", "source_multicast"), (host.options.ipv4, "source_own"),
                           ("127.0.0.1", "source_loopback"), ("0.0.0.0", "source_zero"),
                           ("255.255.255.255", "source_broadcast")):
        yield dropped_by_stack(host.ipv4(f"source {source}", answered=False, src=source), reason)
    for source, reason in (("ff02::5", "source_multicast"), ("::1", "source_loopback")):
        yield dropped_by_stack(host.ipv6(f"source {source}", answered=False, src=source), reason)
    # a socket does not see who sent the frame
    group = host.ipv4("group's source MAC", answered=stack)
    group.frames[0].src = "03:00:00:00:00:01"
    yield drop(group, None if stack else "source_mac")
    # XDP leaves a wrong checksum for the client to find, the stack looks at it
    yield drop(host.ipv4("wrong checksum", answered=not stack, udp={"chksum": 0xBAD}), None)


def open_wire(interface):
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    sock.bind((interface, ETH_P_ALL))
    sock.settimeout(0.02)
    return sock


def take_reply(frame, by_port, options):
    packet = Ether(frame)
    network = packet.payload
    if not isinstance(network, (IP, IPv6)) or not isinstance(network.payload, UDP):
        return
    if network.payload.sport == options.port and network.payload.dport in by_port:
        by_port[network.payload.dport].answers.append(packet)


def collect(sock, by_port, options, until):
    """Takes replies until none is missing, and a little longer for those that should not be."""
    while time.monotonic() < until:
        try:
            frame, address = sock.recvfrom(65536)
        except TimeoutError:
            if all(probe.answers or not probe.reply for probe in by_port.values()):
                return
            continue
        if address[2] != socket.PACKET_OUTGOING:
            take_reply(frame, by_port, options)


def describe(packet):
    network = packet.payload
    if isinstance(network, IP):
        return {"ttl": network.ttl, "tos": network.tos, "label": 0}
    return {"ttl": network.hlim, "tos": network.tc, "label": network.fl}


def find_faults(probe, options):
    if not probe.answers:
        return ["no reply"] if probe.reply else []
    if not probe.reply:
        return ["a reply, which must not be"]
    faults = ["more than one reply"] if len(probe.answers) > 1 else []
    packet = probe.answers[0]
    network, sent = packet.payload, probe.packet
    if describe(packet) != probe.reply:
        faults.append(f"{describe(packet)} instead of {probe.reply}")
    if (packet.src, network.src, network.dst) != (options.mac, sent.dst, sent.src):
        faults.append(f"from {packet.src} {network.src} to {network.dst}")
    if bytes(network.payload.payload)[:network.payload.len - 8] != bytes(sent[UDP].payload):
        faults.append("another payload")
    rebuilt = packet.copy()
    del rebuilt[UDP].chksum
    right = sent[UDP].chksum or Ether(bytes(rebuilt))[UDP].chksum
    if network.payload.chksum != right:
        faults.append("wrong UDP checksum")
    return faults


def main():
    options = parse_arguments()
    host = Host(options)
    sent = [*probes(host), *refused(host)]
    by_port = {probe.packet[UDP].sport: probe for probe in sent}
    with open_wire(options.interface) as sock:
        for probe in sent:
            for frame in probe.frames:
                sock.send(bytes(frame))
        collect(sock, by_port, options, time.monotonic() + 5)
    wrong = 0
    for probe in sent:
        for fault in find_faults(probe, options):
            print(f"{probe.name}: {fault}", file=sys.stderr)
            wrong += 1
    answered = sum(1 for probe in sent if probe.reply)
    dropped = Counter(probe.dropped for probe in sent if probe.dropped)
    json.dump({"requests": answered + dropped.total(), "replies": answered, "dropped": dropped},
              sys.stdout)
    return 1 if wrong else 0


sys.exit(main())
