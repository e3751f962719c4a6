// SPDX-License-Identifier: GPL-2.0-only
/*
 * nic_test.c - nic.h against a real kernel, in a network namespace of its own
 * that ends with the process.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/if_link.h>

#include "abi.h"
#include "nic.h"
#include "xdp_pass.skel.h"

static void run(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void run(const char *format, ...)
{
	char command[256];
	va_list args;

	va_start(args, format);
	vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	if (system(command) != 0)
		fail_msg("%s", command);
}

/* Every test starts with an empty namespace; the last one's devices go with it. */
static int enter_new_netns(void **unused)
{
	(void)unused;
	if (unshare(CLONE_NEWNET) < 0)
		return -1;
	run("sysctl -qw net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.all.accept_dad=0");
	return 0;
}

/* A process in another namespace, which lives until the other end of `stop` is closed. */
struct neighbour {
	pid_t pid;
	int stop;
};

static struct neighbour start_neighbour(void)
{
	int stop[2], ready[2];
	struct neighbour neighbour;
	char byte;

	assert_int_equal(pipe(stop), 0);
	assert_int_equal(pipe(ready), 0);
	neighbour.pid = fork();
	assert_true(neighbour.pid >= 0);
	if (neighbour.pid == 0) {
		close(stop[1]);
		if (unshare(CLONE_NEWNET) == 0 && write(ready[1], "", 1) == 1)
			(void)!read(stop[0], &byte, 1);
		_exit(0);
	}
	close(stop[0]);
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	neighbour.stop = stop[1];
	return neighbour;
}

static void end_neighbour(const struct neighbour *neighbour)
{
	close(neighbour->stop);
	waitpid(neighbour->pid, NULL, 0);
}

static struct nic find(const char *name)
{
	struct xe_error error = {0};
	struct nic nic;

	if (nic_find(name, &nic, &error) != 0)
		fail_msg("%s", error.text);
	return nic;
}

/* --- links ----------------------------------------------------------------------------------- */

static void test_find_veth(void **unused)
{
	struct xe_error error = {0};
	struct nic nic, peer, again;

	(void)unused;
	run("ip link add v0 numrxqueues 3 numtxqueues 2 mtu 1400 address 02:11:22:33:44:55 "
	    "type veth peer name v1");
	nic = find("v0");
	peer = find("v1");
	assert_string_equal(nic.name, "v0");
	assert_string_equal(nic.kind, "veth");
	assert_string_equal(nic.driver, "veth");
	assert_memory_equal(nic.mac, "\x02\x11\x22\x33\x44\x55", 6);
	assert_int_equal(nic.mtu, 1400);
	assert_int_equal(nic.rx_queues, 3);
	assert_int_equal(nic.tx_queues, 2);
	assert_int_equal(nic.link, peer.ifindex);
	assert_true(nic.has_mac);
	assert_false(nic.up || nic.running || nic.link_in_other_netns);

	run("ip link set v0 up");
	nic = find("v0");
	assert_true(nic.up && !nic.running); /* the peer is down: no carrier */
	run("ip link set v1 up");
	nic = find("v0");
	assert_true(nic.up && nic.running);

	assert_int_equal(nic_find_index(nic.ifindex, &again, &error), 0);
	assert_memory_equal(&again, &nic, sizeof(nic));
}

static void test_find_other_kinds(void **unused)
{
	struct nic nic;

	(void)unused;
	run("ip link add br0 type bridge && ip link add v0 type veth peer name v1 && "
	    "ip link set v0 master br0");
	run("ip link add link v1 name m0 type macvlan && ip tuntap add t0 mode tun");
	assert_int_equal(find("v0").master, find("br0").ifindex);
	assert_string_equal(find("br0").driver, "bridge");
	nic = find("m0");
	assert_string_equal(nic.kind, "macvlan");
	assert_int_equal(nic.link, find("v1").ifindex);
	nic = find("t0");
	assert_string_equal(nic.kind, "tun");
	assert_false(nic.has_mac);
	nic = find("lo");
	assert_string_equal(nic.kind, "");
	assert_false(nic.has_mac);
	assert_int_equal(nic.ifindex, 1);
}

static void test_peer_in_other_netns(void **unused)
{
	struct neighbour neighbour = start_neighbour();
	struct nic nic;

	(void)unused;
	run("ip link add v0 type veth peer name v1 && ip link set v1 netns %d", neighbour.pid);
	nic = find("v0");
	assert_true(nic.link_in_other_netns);
	assert_true(nic.link > 0);
	end_neighbour(&neighbour);
}

static void test_alternative_names(void **unused)
{
	(void)unused;
	run("ip link add v0 type veth peer name v1 && "
	    "ip link property add dev v0 altname uplink && "
	    "ip link property add dev v0 altname uplink-to-the-first-provider");
	assert_string_equal(find("uplink").name, "v0");
	assert_string_equal(find("uplink-to-the-first-provider").name, "v0");
}

static void assert_no_such(const char *name)
{
	struct xe_error error = {0};
	struct nic nic;

	assert_int_equal(nic_find(name, &nic, &error), -ENODEV);
	assert_int_equal(error.code, ENODEV);
	assert_memory_equal(error.text, name, strlen(name) < 128 ? strlen(name) : 128);
	assert_non_null(strstr(error.text, "no such interface"));
}

static void test_no_such_interface(void **unused)
{
	struct xe_error error = {0};
	char long_name[1000];
	struct nic nic;

	(void)unused;
	memset(long_name, 'x', sizeof(long_name));
	assert_no_such("eth9");
	assert_no_such("");
	assert_no_such("a/b");
	assert_no_such("sixteen-letters-");
	long_name[127] = '\0';
	assert_no_such(long_name);
	long_name[127] = 'x';
	long_name[128] = '\0';
	assert_no_such(long_name);
	long_name[128] = 'x';
	long_name[999] = '\0';
	assert_no_such(long_name);

	assert_int_equal(nic_find_index(4711, &nic, &error), -ENODEV);
	assert_non_null(strstr(error.text, "4711"));
	error.code = 0;
	assert_int_equal(nic_find_index(0, &nic, &error), -ENODEV);
	error.code = 0;
	assert_int_equal(nic_find_index(UINT32_MAX, &nic, &error), -ENODEV);
}

/* More links than one buffer of a dump holds. */
static void test_list(void **unused)
{
	struct xe_error error = {0};
	size_t count, veths = 0;
	struct nic *list;

	(void)unused;
	run("for i in $(seq 60); do echo link add v$i type veth peer name w$i; done | ip -b -");
	assert_int_equal(nic_list(&list, &count, &error), 0);
	for (size_t i = 0; i < count; i++) {
		struct nic nic = find(list[i].name);

		assert_memory_equal(&nic, &list[i], sizeof(nic));
		veths += strcmp(list[i].driver, "veth") == 0;
	}
	assert_int_equal(veths, 120);
	free(list);
}

/* --- addresses ------------------------------------------------------------------------------- */

static struct nic_address *list_addresses(const char *name, size_t *count)
{
	struct xe_error error = {0};
	struct nic_address *list;

	if (nic_addresses(find(name).ifindex, &list, count, &error) != 0)
		fail_msg("%s", error.text);
	return list;
}

/* How often `text` stands in the list of the interface's addresses, as this kind. */
static size_t count_of(const char *name, const char *text, enum xe_address_kind kind)
{
	int family = strchr(text, ':') ? AF_INET6 : AF_INET;
	size_t count, matches = 0;
	struct nic_address *list;
	__u8 bytes[16] = {0};

	assert_int_equal(inet_pton(family, text, bytes), 1);
	list = list_addresses(name, &count);
	for (size_t i = 0; i < count; i++) {
		if (list[i].family != (family == AF_INET ? XE_IPV4 : XE_IPV6) ||
		    list[i].kind != kind || memcmp(list[i].bytes, bytes, 16) != 0)
			continue;
		assert_int_equal(list[i].vlan, 0);
		assert_int_equal(list[i].ifindex, find(name).ifindex);
		matches++;
	}
	free(list);
	return matches;
}

static size_t total(const char *name)
{
	size_t count;

	free(list_addresses(name, &count));
	return count;
}

/* Even without duplicate address detection an IPv6 address is tentative until a kernel worker ran.
 */
static void wait_for(const char *name, const char *text)
{
	for (int tries = 0; tries < 500; tries++) {
		if (count_of(name, text, XE_ADDRESS_SERVED))
			return;
		usleep(10000);
	}
	fail_msg("%s does not become an address of %s", text, name);
}

static void test_addresses(void **unused)
{
	(void)unused;
	run("ip link add v0 type veth peer name v1 && ip link set v1 up");
	assert_int_equal(total("v0"), 0);
	run("ip addr add 192.0.2.1/24 brd + dev v0 && ip addr add 198.51.100.1/30 dev v0 && "
	    "ip addr add 203.0.113.5 peer 203.0.113.6 dev v0 && "
	    "ip addr add 2001:db8::1/64 dev v0 && ip addr add 10.0.0.1/8 dev v1");
	run("ip link set v0 up address 02:00:00:00:00:01");
	wait_for("v0", "2001:db8::1");
	wait_for("v0", "fe80::ff:fe00:1");
	assert_int_equal(count_of("v0", "192.0.2.1", XE_ADDRESS_SERVED), 1);
	assert_int_equal(count_of("v0", "192.0.2.255", XE_ADDRESS_BROADCAST), 1);
	assert_int_equal(count_of("v0", "198.51.100.1", XE_ADDRESS_SERVED), 1);
	assert_int_equal(count_of("v0", "198.51.100.3", XE_ADDRESS_BROADCAST), 1);
	assert_int_equal(count_of("v0", "203.0.113.5", XE_ADDRESS_SERVED), 1);
	assert_int_equal(count_of("v0", "2001:db8::1", XE_ADDRESS_SERVED), 1);
	assert_int_equal(count_of("v0", "fe80::ff:fe00:1", XE_ADDRESS_SERVED), 1);
	assert_int_equal(total("v0"), 7); /* the peer, and v1's, are not ours */
}

/* Duplicate address detection never ends without carrier: the address stays tentative. */
static void test_tentative_addresses(void **unused)
{
	(void)unused;
	run("ip link add v0 type veth peer name v1 && ip link set v0 addrgenmode none up");
	run("sysctl -qw net.ipv6.conf.v0.accept_dad=1 net.ipv6.conf.v0.dad_transmits=60");
	run("ip link set v1 up && ip addr add 2001:db8::1/64 dev v0");
	assert_int_equal(count_of("v0", "2001:db8::1", XE_ADDRESS_SERVED), 0);
	run("ip addr add 2001:db8::2/64 dev v0 nodad");
	wait_for("v0", "2001:db8::2");
	assert_int_equal(total("v0"), 1);
}

static void test_addresses_of_nobody(void **unused)
{
	struct xe_error error = {0};
	struct nic_address *list;
	__u32 keys[1];
	size_t count;

	(void)unused;
	assert_int_equal(nic_addresses(4711, &list, &count, &error), -ENODEV);
	assert_non_null(strstr(error.text, "4711"));
	error.code = 0;
	assert_int_equal(nic_vlans(4711, keys, 1, &error), -ENODEV);
}

/* Many addresses, in several messages of the dump; all of IPv4 and IPv6. */
static void test_many_addresses(void **unused)
{
	size_t count, served = 0;
	struct nic_address *list;
	struct xe_error error = {0};
	__u32 keys[1];

	(void)unused;
	run("ip link add v0 type veth peer name v1 && ip link set v0 addrgenmode none up");
	run("for i in $(seq 1000); do echo addr add 10.1.$((i / 250)).$((i %% 250 + 1))/16 dev v0; "
	    "echo addr add 2001:db8::$i/64 dev v0 nodad; done | ip -b -");
	list = list_addresses("v0", &count);
	for (size_t i = 0; i < count; i++)
		served += list[i].kind == XE_ADDRESS_SERVED;
	assert_int_equal(served, 2000);
	free(list);
	assert_int_equal(nic_vlans(find("v0").ifindex, keys, 1, &error), 0);
}

/* --- the watch ------------------------------------------------------------------------------- */

static int open_watch(void)
{
	struct xe_error error = {0};
	int watch = nic_watch_open(&error);

	if (watch < 0)
		fail_msg("%s", error.text);
	return watch;
}

/* What is pending now: rtnetlink has queued a change before it reports it done to `ip`. */
static struct nic_change read_watch(int watch, __u32 ifindex)
{
	struct xe_error error = {0};
	struct nic_change change;

	if (nic_watch_read(watch, ifindex, &change, &error) != 0)
		fail_msg("%s", error.text);
	return change;
}

static bool is_readable(int watch)
{
	struct pollfd poll_fd = {.fd = watch, .events = POLLIN};

	return poll(&poll_fd, 1, 0) == 1;
}

static void assert_seen(int watch, __u32 ifindex, bool addresses, bool link, bool gone)
{
	struct nic_change change;

	assert_true(is_readable(watch));
	change = read_watch(watch, ifindex);
	assert_int_equal(change.addresses, addresses);
	assert_int_equal(change.link, link);
	assert_int_equal(change.gone, gone);
	assert_false(is_readable(watch));
}

/* An IPv6 address is announced by a kernel worker, after `ip` has ended. */
static void wait_for_address_change(int watch, __u32 ifindex)
{
	struct pollfd poll_fd = {.fd = watch, .events = POLLIN};

	do
		assert_int_equal(poll(&poll_fd, 1, 5000), 1);
	while (!read_watch(watch, ifindex).addresses);
}

static void test_watch(void **unused)
{
	struct nic_change change;
	__u32 ifindex;
	int watch;

	(void)unused;
	run("ip link add v0 type veth peer name v1 && ip link add v2 type veth peer name v3");
	ifindex = find("v0").ifindex;
	watch = open_watch();
	change = read_watch(watch, ifindex);
	assert_false(change.addresses || change.link || change.gone);

	run("ip addr add 192.0.2.1/24 dev v0");
	assert_seen(watch, ifindex, true, false, false);
	run("ip addr del 192.0.2.1/24 dev v0");
	assert_seen(watch, ifindex, true, false, false);
	run("ip link set v0 address 02:00:00:00:00:09");
	assert_seen(watch, ifindex, false, true, false);
	run("ip link set v0 mtu 1300");
	assert_seen(watch, ifindex, false, true, false);
	run("ip link set v0 name u0");
	assert_seen(watch, ifindex, false, true, false);
	run("ip link set v2 mtu 1300");
	assert_seen(watch, ifindex, false, false, false);
	run("ip link del v2");
	assert_seen(watch, ifindex, false, false, false);
	/* joining and leaving a bridge is not going away */
	run("ip link add br0 type bridge && ip link set u0 master br0 && ip link set u0 nomaster");
	assert_seen(watch, ifindex, false, true, false);
	run("ip addr add 2001:db8::1/64 dev u0 nodad");
	wait_for_address_change(watch, ifindex);
	run("ip link del v1");
	change = read_watch(watch, ifindex);
	assert_true(change.gone);
	close(watch);
}

static void test_watch_leaves_netns(void **unused)
{
	struct neighbour neighbour;
	struct nic_change change;
	__u32 ifindex;
	int watch;

	(void)unused;
	run("ip link add v0 type veth peer name v1");
	ifindex = find("v0").ifindex;
	watch = open_watch();
	neighbour = start_neighbour();
	run("ip link set v0 netns %d", neighbour.pid);
	change = read_watch(watch, ifindex);
	assert_true(change.gone);
	end_neighbour(&neighbour);
	close(watch);
}

static void test_watch_overrun(void **unused)
{
	struct nic_change change;
	__u32 ifindex;
	int watch, size = 1;

	(void)unused;
	run("ip link add v0 type veth peer name v1 && ip link add v2 type veth peer name v3");
	ifindex = find("v0").ifindex;
	watch = open_watch();
	assert_int_equal(setsockopt(watch, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)), 0);
	run("for i in $(seq 100); do echo link set v2 mtu $((1400 + i)); done | ip -b -");
	change = read_watch(watch, ifindex);
	assert_true(change.addresses && change.link);
	assert_false(change.gone);
	assert_false(is_readable(watch));
	run("ip addr add 192.0.2.1/24 dev v0"); /* it goes on working */
	assert_seen(watch, ifindex, true, false, false);

	/* the removal itself is lost: v0's message finds no room behind those of v2 */
	run("(for i in $(seq 100); do echo link set v2 mtu $((1300 + i)); done; echo link del v0) "
	    "| ip -b -");
	change = read_watch(watch, ifindex);
	assert_true(change.addresses && change.link && change.gone);
	close(watch);
}

static void assert_xdp_follows(struct xdp_pass_bpf *skeleton, int watch, __u32 flags)
{
	struct bpf_prog_info info = {0};
	__u32 size = sizeof(info), ifindex = find("v0").ifindex;
	int program = bpf_program__fd(skeleton->progs.xdp_pass);
	struct nic_xdp xdp;

	assert_int_equal(bpf_obj_get_info_by_fd(program, &info, &size), 0);
	assert_int_equal(bpf_xdp_attach(ifindex, program, flags, NULL), 0);
	assert_seen(watch, ifindex, false, true, false);
	xdp = find("v0").xdp;
	assert_int_equal(xdp.native_id, flags == XDP_FLAGS_DRV_MODE ? info.id : 0);
	assert_int_equal(xdp.generic_id, flags == XDP_FLAGS_SKB_MODE ? info.id : 0);
	assert_int_equal(xdp.offload_id, 0);
	assert_int_equal(bpf_xdp_detach(ifindex, flags, NULL), 0);
	assert_seen(watch, ifindex, false, true, false);
	xdp = find("v0").xdp;
	assert_int_equal(xdp.native_id + xdp.generic_id + xdp.offload_id, 0);
}

static void test_watch_xdp(void **unused)
{
	struct xdp_pass_bpf *skeleton = xdp_pass_bpf__open_and_load();
	int watch;

	(void)unused;
	assert_non_null(skeleton);
	run("ip link add v0 type veth peer name v1 && ip link set v0 up");
	watch = open_watch();
	assert_xdp_follows(skeleton, watch, XDP_FLAGS_DRV_MODE);
	assert_xdp_follows(skeleton, watch, XDP_FLAGS_SKB_MODE);
	close(watch);
	xdp_pass_bpf__destroy(skeleton);
}

#define netns_test(f) cmocka_unit_test_setup(f, enter_new_netns)

int main(void)
{
	const struct CMUnitTest tests[] = {
		netns_test(test_find_veth),
		netns_test(test_find_other_kinds),
		netns_test(test_peer_in_other_netns),
		netns_test(test_alternative_names),
		netns_test(test_no_such_interface),
		netns_test(test_list),
		netns_test(test_addresses),
		netns_test(test_tentative_addresses),
		netns_test(test_addresses_of_nobody),
		netns_test(test_many_addresses),
		netns_test(test_watch),
		netns_test(test_watch_leaves_netns),
		netns_test(test_watch_overrun),
		netns_test(test_watch_xdp),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
