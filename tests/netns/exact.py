#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Sends COUNT pings out of an interface, with pauses that let the links drain, and prints as JSON
what it sent.

Most are ordinary, of both families, from many sources and of many sizes, one source far above its
rate; some are refused, and some reach the host in ways that XDP leaves to the kernel's stack."""
import argparse
import json
import random
import socket
import time
from collections import Counter

from scapy.layers.inet import IP, UDP, IPOption_NOP, fragment
from scapy.layers.inet6 import IPv6, IPv6ExtHdrDestOpt
from scapy.layers.l2 import Ether
from scapy.packet import Raw

PINGS = 200  # different ones; sent again and again
BURST, PAUSE = 50, 0.0002  # a veth holds 256 frames


def pings(options):
    """(kind, frames) of each ping."""
    ether = Ether(src=options.peer, dst=options.mac)
    for number in range(PINGS):
        data = Raw(random.randbytes(random.choice([0, 8, 56, 56, 56, 200, 1400])))
        port = dict(sport=random.randrange(1024, 65536), dport=7)
        ipv4 = dict(src=f"198.18.{number >> 8}.{number & 255}", dst=options.ipv4, id=number)
        ipv6 = dict(src=f"2001:db8:ffff:{number:x}::1", dst=options.ipv6)
        if number % 50 == 0:
            yield "refused", [ether / IP(**ipv4) / UDP(**{**port, "sport": 53}) / data]
        elif number % 50 == 1:
            yield "refused", [ether / IPv6(**{**ipv6, "hlim": 1}) / UDP(**port) / data]
        elif number % 50 == 2:
            yield "for the stack", [ether / IP(**ipv4, options=[IPOption_NOP()]) / UDP(**port) / data]
        elif number % 50 == 3:
            yield "for the stack", [ether / IPv6(**ipv6) / IPv6ExtHdrDestOpt() / UDP(**port) / data]
        elif number % 50 == 4:
            big = IP(**ipv4) / UDP(**port) / Raw(b"x" * 1000)
            yield "for the stack", [ether / part for part in fragment(big, 600)]
        elif number % 50 < 10:
            yield "of one source", [ether / IP(**{**ipv4, "src": "198.19.0.1"}) / UDP(**port) / data]
        elif number % 4 == 0:
            yield "IPv6", [ether / IPv6(**ipv6) / UDP(**port) / data]
        else:
            yield "IPv4", [ether / IP(**ipv4) / UDP(**port) / data]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("mac", "peer", "ipv4", "ipv6"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("interface")
    parser.add_argument("count", type=int)
    options = parser.parse_args()
    random.seed(7)
    kinds, frames = zip(*((kind, [bytes(part) for part in parts]) for kind, parts in pings(options)))
    rounds, rest = divmod(options.count, PINGS)
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sock:
        sock.bind((options.interface, 0))
        for size in [PINGS] * rounds + [rest]:
            for index, parts in enumerate(frames[:size]):
                for part in parts:
                    sock.send(part)
                if index % BURST == 0:
                    time.sleep(PAUSE)
    sent = Counter()
    for index, kind in enumerate(kinds):
        sent[kind] += rounds + (index < rest)
    print(json.dumps({"pings": options.count, **sent}))


main()
