#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Sends pings out of an interface, each from another spoofed source: a permutation of 2^20 addresses
scattered over 16.0.0.0/4, again and again, until it is told to end (SIGTERM). Prints how many it has
sent, and how many the interface did not take because its peer's ring was full, as JSON."""
import argparse
import errno
import json
import signal
import socket
import struct
import sys
import time

BATCH = 64  # a veth's ring holds 256


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--mac", required=True, help="of the NIC under test")
    add("--peer", required=True, help="MAC at this end of the wire")
    add("--ipv4", required=True, help="address of the NIC under test")
    add("--port", type=int, default=7)
    add("--rate", type=int, default=100000, help="pings a second, at most")
    add("interface")
    return parser.parse_args()


def words(data):
    return sum(struct.unpack(f"!{len(data) // 2}H", data))


def template(options):
    """A ping without its source, and the sum of its IP header without that."""
    payload = b"from nobody at all"
    size = 28 + len(payload)
    ethernet = bytes.fromhex(options.mac.replace(":", "") + options.peer.replace(":", "") + "0800")
    ip = (struct.pack("!BBHHHBBH4s", 0x45, 0, size, 0, 0x4000, 64, 17, 0, bytes(4))
          + socket.inet_aton(options.ipv4))
    udp = struct.pack("!HHHH", 40000, options.port, size - 20, 0)  # no UDP checksum
    return bytearray(ethernet + ip + udp + payload), words(ip)


def source(number):
    """All of 2^20 numbers give different addresses: an odd factor, then bits of it spread out."""
    scattered = number * 0x9E375 & 0xFFFFF
    return 0x10000000 | scattered << 8 | (scattered * 7 & 0xFF)


def write_source(frame, header_sum, address):
    total = header_sum + (address >> 16) + (address & 0xFFFF)
    total = (total & 0xFFFF) + (total >> 16)
    total = (total & 0xFFFF) + (total >> 16)
    struct.pack_into("!HI", frame, 24, ~total & 0xFFFF, address)


def send(sock, frame):
    """Whether the interface took it."""
    try:
        sock.send(frame)
    except OSError as error:
        if error.errno != errno.ENOBUFS:
            raise
        return False
    return True


def flood(options, is_over):
    frame, header_sum = template(options)
    tried, sent, began = 0, 0, time.monotonic()
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sock:
        sock.bind((options.interface, 0))
        while not is_over():
            for number in range(tried, tried + BATCH):
                write_source(frame, header_sum, source(number))
                sent += send(sock, frame)
            tried += BATCH
            ahead = tried / options.rate - (time.monotonic() - began)
            if ahead > 0:
                time.sleep(ahead)
    return {"sent": sent, "refused": tried - sent}


def main():
    told = []
    signal.signal(signal.SIGTERM, lambda *_: told.append(True))
    json.dump(flood(parse_arguments(), lambda: told), sys.stdout)
    return 0


sys.exit(main())
