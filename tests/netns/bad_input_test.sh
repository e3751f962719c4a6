#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Bad input: exit status 2 for wrong usage, 1 for what cannot be done; one line on stderr that names
# what is wrong; nothing left behind.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
new_lab

# wrong usage
for ports in 0 65536 99999999999999999999 -1 abc 7x '' ',' '7,' ',7' 7,,8 10-5 7- -7 7-8-9 0-5 \
	' 7' 0x7 7.5; do
	refused 2 'port' attach --port "$ports" eth0
done
for address in 192.0.2 192.0.2.300 192.0.2.2/24 host.example 2001:db8::g '' 0.0.0.0 127.0.0.1 \
	224.0.0.1 255.255.255.255 :: ::1 ff02::1 192.0.2.2@0 192.0.2.2@4095 192.0.2.2@x; do
	refused 2 'address|VLAN' attach --address "$address" eth0
done
for ttl in 0 256 -1 abc ''; do refused 2 'ttl|TTL' attach --ttl "$ttl" eth0; done
for mode in turbo '' NATIVE; do refused 2 'mode' attach --mode "$mode" eth0; done
refused 2 'attach' attach
refused 2 'detach' detach
refused 2 'detach' detach --all eth0
refused 2 'nosuch' nosuch eth0
refused 2 'nosuch' attach --nosuch eth0
refused 2 'all' attach --all eth0
refused 2 'port' attach eth0 --port
refused '[12]' 'interface|name' attach ''
refused 2 'eth0' attach eth0 eth0

# usage that names no command at all
status=0
"$XDP_ECHO" >"$TMP/out" 2>"$TMP/err" || status=$?
equal "exit status of no command" 2 $status
if [ ! -s "$TMP/err" ] || [ -s "$TMP/out" ]; then fail "no command: usage belongs on stderr"; fi

# what is asked for is printed on stdout, with success
for option in --help --version; do
	"$XDP_ECHO" $option >"$TMP/out" 2>"$TMP/err" || fail "$option fails"
	if [ ! -s "$TMP/out" ] || [ -s "$TMP/err" ]; then fail "$option belongs on stdout"; fi
done

# cannot be done
refused 1 'nosuch0' attach nosuch0
refused 1 'an-interface-name-that-is-far-too-long' attach an-interface-name-that-is-far-too-long
for name in ../eth0 eth0/../eth0 . .. eth0/; do refused '[12]' "${name//./[.]}" attach "$name"; done
refused 1 'nosuch0' status nosuch0
refused 1 'eth0' status eth0
refused 1 'eth0' stats eth0
refused 1 'eth0.*not attached' detach eth0
for mode in native generic; do refused 1 '\blo\b' attach --mode $mode lo; done
lab_ip host <<<"tuntap add tun0 mode tun" 2>/dev/null &&
	for mode in native generic; do refused 1 'tun0' attach --mode $mode tun0; done

for netns in nosuch-netns ../netns/nosuch . '' a/b; do
	status=0
	"$XDP_ECHO" --netns "$netns" attach eth0 >"$TMP/out" 2>"$TMP/err" || status=$?
	case $status in 1 | 2) ;; *) fail "--netns '$netns': exit status $status" ;; esac
	equal "lines on stderr for --netns '$netns'" 1 "$(wc -l <"$TMP/err")"
done

# errors in JSON
for arguments in 'attach nosuch0' 'attach --port 0 eth0' 'detach eth0' 'attach --nosuch eth0'; do
	# shellcheck disable=SC2086 # a list of words
	xe --json $arguments >"$TMP/out" 2>"$TMP/err" && fail "--json $arguments succeeds"
	jq -e '(.error | type) == "string" and .error != ""' "$TMP/err" >/dev/null ||
		fail "--json $arguments: no error in JSON: $(cat "$TMP/err")"
	[ ! -s "$TMP/out" ] || fail "--json $arguments printed on stdout"
done
untouched "at the end"

say "a mode that cannot be: why, and which can"
ip -n "$LAB-host" link add br0 type bridge
refused 1 'br0: native: .*; what works here: --mode generic, afxdp, socket$' attach --mode native br0
for mode in native generic afxdp; do
	refused 1 'not an Ethernet interface; what works here: --mode socket$' attach --mode $mode tun0
done
