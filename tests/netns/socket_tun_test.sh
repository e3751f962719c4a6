#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A device without Ethernet: `auto` ends at the sockets, says why, and answers; statistics work.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
new_lab
[ -c /dev/net/tun ] || skip "no /dev/net/tun"

# The far end of the tunnel: sends pings into it, of both families, and judges what comes out.
cat >"$TMP/peer.py" <<'END'
import fcntl, os, select, struct, sys
from scapy.layers.inet import IP, UDP
from scapy.layers.inet6 import IPv6
from scapy.packet import Raw

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 1, 0x1000
tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH22x", b"tun0", IFF_TUN | IFF_NO_PI))
print("open", flush=True)


def replies():
    while select.select([tun], [], [], 2)[0]:
        packet = os.read(tun, 65536)
        packet = IP(packet) if packet[0] >> 4 == 4 else IPv6(packet)
        if UDP in packet and packet[UDP].sport == 7:
            yield packet


for line in open(sys.argv[1]):
    sent = {4: IP(src="10.8.0.2", dst="10.8.0.1", ttl=44, tos=0xB9),
            6: IPv6(src="2001:db8:8::2", dst="2001:db8:8::1", hlim=44, tc=0xB9, fl=77)}[int(line)]
    sent /= UDP(sport=4711, dport=7) / Raw(b"through the tunnel")
    os.write(tun, bytes(sent))
    reply = next(replies(), None)
    right = sent.copy()
    right.src, right.dst = right.dst, right.src
    right[UDP].sport, right[UDP].dport = 7, 4711
    if IP in right:
        right.ttl, right.id, right.flags = 43, 0, "DF"
    else:
        right.hlim = 43
    right = right.__class__(bytes(right))
    print("right" if reply == right else f"{reply!r} instead of {right!r}", flush=True)
END
mkfifo "$TMP/to"
exec 9<>"$TMP/to"
background host /usr/bin/python3 "$TMP/peer.py" "$TMP/to" >"$TMP/from" 2>&1
eventually grep -q open "$TMP/from" || fail "the tunnel does not open: $(cat "$TMP/from")"
lab_ip host <<-END
	link set tun0 up
	addr add 10.8.0.1/24 dev tun0
	addr add 2001:db8:8::1/64 dev tun0 nodad
END

xe attach tun0 >/dev/null
equal "path" socket "$(query tun0 .path)"
equal "mode" auto "$(query tun0 .mode)"
for better in native generic; do
	query tun0 ".refusals.$better" | grep -q 'not an Ethernet interface' || fail "why not $better?"
done
query tun0 .reason | grep -q 'not an Ethernet interface' || fail "reason: $(query tun0 .reason)"
equal "capabilities of the agent" 0 "$((16#$(sed -n 's/^CapEff:\s*//p' "/proc/$(query tun0 .agent.pid)/status")))"

answer_came() { [ "$(wc -l <"$TMP/from")" -gt "$lines" ]; }
for family in 4 6 4 6; do
	lines=$(wc -l <"$TMP/from")
	echo $family >&9
	eventually answer_came || fail "the peer says nothing"
	equal "answer in the tunnel" right "$(tail -1 "$TMP/from")"
done
equal "replies" 4 "$(counter tun0 replies)"

say "modes that need Ethernet are refused, and the earlier settings go on"
for mode in native generic; do
	xe attach --mode $mode tun0 >"$TMP/out" 2>"$TMP/err" && fail "mode $mode on a tun device"
	grep -q "not an Ethernet interface" "$TMP/err" || fail "$(cat "$TMP/err")"
done
answered_again() { [ "$(counter tun0 replies)" -eq 5 ]; }
echo 4 >&9
equal "path" socket "$(query tun0 .path)"
eventually answered_again || fail "no answer after a refused attach"

say "the device goes: nothing is left"
kill "$BACKGROUND"
wait "$BACKGROUND" || :
gone() { [ -z "$(pins_and_files "$LAB-host")" ]; }
eventually gone || fail "left: $(pins_and_files "$LAB-host")"
