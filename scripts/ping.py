#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Sends UDP pings and prints each reply. Exit status 0 if every ping was answered from the
address and port that were probed, with the payload that was sent; 1 if any was not."""

import os
import select
import signal
import socket
import struct
import sys
import time
from collections import deque
from types import SimpleNamespace

# Not in Python 3.11's socket module (linux/in.h).
IP_RECVTTL = 12


# Not argparse: its import takes longer than all else that a few pings need.
OPTIONS = {  # name: (attribute, type, default, meaning)
    "-c": ("count", int, 3, "pings to send; 0: until SIGINT or SIGTERM"),
    "-i": ("interval", float, 0.2, "seconds from one to the next"),
    "-s": ("size", int, 56, "bytes of payload"),
    "-p": ("port", int, 7, "UDP port to probe"),
    "-I": ("source", str, "", "source address"),
    "-P": ("source_port", int, 0, "source port"),
    "-t": ("ttl", int, None, "TTL or hop limit to send with"),
    "-W": ("wait", float, 2, "seconds to wait for the last replies"),
    "-q": ("quiet", None, False, "print the summary alone"),
}


def usage(error=""):
    if error:
        print(f"usage: ping.py [OPTION...] ADDRESS\nping.py: {error}", file=sys.stderr)
        sys.exit(2)
    print(f"usage: ping.py [OPTION...] ADDRESS\n{__doc__}\n")
    for name, (_, kind, default, meaning) in OPTIONS.items():
        note = f" (default {default})" if kind and default not in (None, "") else ""
        print(f"  {name + (' ' + kind.__name__.upper() if kind else ''):10}{meaning}{note}")
    sys.exit(0)


def parse_arguments(words):
    """The options, as attributes, and with them the address and its family."""
    options = SimpleNamespace(**{name: default for name, _, default, _ in OPTIONS.values()})
    words = iter(words)
    for word in words:
        if word in ("-h", "--help"):
            usage()
        if word not in OPTIONS:
            break
        name, kind, _, _ = OPTIONS[word]
        try:
            setattr(options, name, kind(next(words)) if kind else True)
        except (StopIteration, ValueError):
            usage(f"{word} needs a value: {OPTIONS[word][3]}")
    else:
        usage("no address")
    address, percent, scope = word.partition("%")
    options.family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        address = socket.inet_pton(options.family, address)
        options.address = socket.inet_ntop(options.family, address) + percent + scope
    except OSError:
        usage(f"{word} is neither an option nor an address")
    if rest := list(words):
        usage(f"{' '.join(rest)}: only one address")
    return options


def open_socket(options):
    sock = socket.socket(options.family, socket.SOCK_DGRAM)
    if options.family == socket.AF_INET:
        level, receive_ttl, set_ttl = socket.IPPROTO_IP, IP_RECVTTL, socket.IP_TTL
    else:
        level, receive_ttl = socket.IPPROTO_IPV6, socket.IPV6_RECVHOPLIMIT
        set_ttl = socket.IPV6_UNICAST_HOPS
    sock.setsockopt(level, receive_ttl, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    if options.ttl:
        sock.setsockopt(level, set_ttl, options.ttl)
    # Not connected: a reply from a wrong address must be seen, not filtered by the kernel.
    sock.bind((options.source, options.source_port))
    sock.setblocking(False)
    return sock


class Pinger:
    """What was sent and not answered yet, by payload, and what came back."""

    def __init__(self, options):
        self.options = options
        self.target = options.address
        self.socket = open_socket(options)
        self.waiting = {}
        self.sent = self.answered = self.wrong = 0
        self.times = []

    def say(self, line):
        if not self.options.quiet:
            print(line, flush=True)

    def send(self):
        self.sent += 1
        payload = struct.pack("!I", self.sent) + os.urandom(4) + bytes(range(256)) * 256
        payload = payload[: self.options.size]
        self.waiting.setdefault(payload, deque()).append((self.sent, time.perf_counter()))
        self.socket.sendto(payload, (self.target, self.options.port))

    def receive(self):
        while True:
            try:
                payload, control, _, source = self.socket.recvmsg(65536, 64)
            except BlockingIOError:
                return
            self.take_reply(payload, control, source[0], source[1])

    def take_reply(self, payload, control, address, port):
        now = time.perf_counter()
        name = f"{address} port {port}"
        if (address, port) != (self.target, self.options.port) or payload not in self.waiting:
            self.wrong += 1
            why = "unknown payload" if payload not in self.waiting else "not what was probed"
            print(f"wrong reply from {name}: {why}", flush=True)
            return
        sequence, sent = self.waiting[payload].popleft()
        if not self.waiting[payload]:
            del self.waiting[payload]
        self.answered += 1
        self.times.append((now - sent) * 1000)
        ttl = next((struct.unpack("=i", data)[0] for _, _, data in control), "?")
        self.say(f"reply from {name}: seq={sequence} ttl={ttl} time={self.times[-1]:.3f} ms")

    def wait(self, until):
        """Takes the replies that are there, and those that come until then."""
        self.receive()
        while (left := until - time.perf_counter()) > 0:
            if select.select([self.socket], [], [], left)[0]:
                self.receive()

    def run(self, keep_on):
        next_time = time.perf_counter()
        while keep_on() and self.sent != (self.options.count or -1):
            self.send()
            # Held up, it goes on from now: a burst to make up for it would be another load.
            next_time = max(next_time + self.options.interval, time.perf_counter())
            self.wait(next_time if self.sent != self.options.count else 0)
        deadline = time.perf_counter() + self.options.wait
        while self.waiting and time.perf_counter() < deadline:
            self.wait(min(deadline, time.perf_counter() + 0.02))

    def summary(self):
        text = f"{self.target}: {self.sent} sent, {self.answered} answered"
        lost = self.sent - self.answered
        if lost:
            text += f", {lost} lost"
        if self.wrong:
            text += f", {self.wrong} wrong"
        if self.times:
            times = sorted(self.times)
            times = (times[0], times[len(times) // 2], times[-1])
            text += "; min/median/max {:.3f}/{:.3f}/{:.3f} ms".format(*times)
        print(text, flush=True)
        return 1 if lost or self.wrong or not self.sent else 0


def main():
    going = [True]
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: going.clear())
    try:
        pinger = Pinger(parse_arguments(sys.argv[1:]))
        pinger.run(lambda: bool(going))
    except OSError as error:
        print(f"ping.py: {error}", file=sys.stderr)
        return 1
    return pinger.summary()


sys.exit(main())
