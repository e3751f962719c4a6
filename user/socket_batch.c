// SPDX-License-Identifier: GPL-2.0-only
/*
 * socket_batch.c - see socket_batch.h.
 *
 * Where the kernel has coalesced datagrams of a flow (UDP_GRO), one message is
 * many pings: each is judged by itself, and those that may be answered go back
 * as one message (UDP_SEGMENT), out of the buffer that they came in.
 */
#include <errno.h>
#include <linux/sock_diag.h>
#include <sys/mman.h>
#include <sys/uio.h>

#include "count.h"
#include "socket_batch.h"
#include "socket_control.h"

/*
 * A datagram has at most 65,507 bytes of payload, coalesced ones no more. The buffers' beginnings
 * are in different sets of the processor's cache.
 */
enum { MESSAGES = 32, MESSAGE_SIZE = 65536 + 192, PAGE = 4096 };

union peer {
	struct sockaddr_in ipv4;
	struct sockaddr_in6 ipv6;
};

/* What a message of replies consists of. */
struct reply {
	__u32 datagrams, bytes;
	__u32 segment; /* bytes of each datagram but the last */
};

struct socket_batch {
	struct xe_counters counted;
	struct mmsghdr requests[MESSAGES], answers[MESSAGES];
	struct iovec request_data[MESSAGES], answer_data[MESSAGES];
	struct reply replies[MESSAGES];
	union peer peers[MESSAGES];
	_Alignas(struct cmsghdr) char request_control[MESSAGES][SOCKET_CONTROL_SIZE];
	_Alignas(struct cmsghdr) char answer_control[MESSAGES][SOCKET_CONTROL_SIZE];
	bool has_grown; /* a message took more than its buffer's first page */
	_Alignas(PAGE) __u8 data[MESSAGES][MESSAGE_SIZE];
};

struct socket_batch *socket_batch_new(void)
{
	struct socket_batch *batch;

	/* not malloc: pages that were never written to take no memory */
	batch = mmap(NULL, sizeof(*batch), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		     0);
	return batch == MAP_FAILED ? NULL : batch;
}

void socket_batch_free(struct socket_batch *batch)
{
	if (batch)
		munmap(batch, sizeof(*batch));
}

bool socket_batch_has_grown(const struct socket_batch *batch)
{
	return batch->has_grown;
}

void socket_batch_shrink(struct socket_batch *batch)
{
	madvise(batch->data, sizeof(batch->data), MADV_DONTNEED);
	batch->has_grown = false;
}

/* --- counting -------------------------------------------------------------------------------- */

/* Counts into the batch's own counters, which flush() adds to the shared ones. */
struct tally {
	struct xe_counters *counters;
	const volatile struct xe_policy *policy;
	__u8 family;
};

static void count_reason(const struct tally *tally, enum xe_reason reason, __u32 size)
{
	xe_count_reason(tally->counters, tally->policy, xe_verdict_of(reason, tally->family, size));
}

static void count_reply(const struct tally *tally, __u32 size)
{
	xe_count_reply(tally->counters, tally->policy,
		       xe_verdict_of(XE_ANSWER, tally->family, size));
}

/* The last datagram of a message may be shorter than the others. */
static void count_replies(const struct tally *tally, const struct reply *reply)
{
	for (__u32 at = 1; at < reply->datagrams; at++)
		count_reply(tally, reply->segment);
	count_reply(tally, reply->bytes - (reply->datagrams - 1) * reply->segment);
}

/*
 * The kernel's count of what the queue had no room for comes with each datagram, as it was when
 * that was queued: older than what was seen already, if the socket itself was asked meanwhile.
 */
static void count_overflows(struct served_socket *served, __u32 overflows,
			    const struct tally *tally)
{
	__s32 more = overflows - served->overflows;

	if (more <= 0)
		return;
	served->overflows = overflows;
	tally->counters->reasons[tally->family][XE_DROP_QUEUE_FULL] += more;
}

/*
 * What was lost behind the last datagram comes with none. The queue was full then, and of a full
 * queue more than one datagram is read at once: so it is enough to ask after such a batch.
 */
static void count_last_overflows(struct served_socket *served, int received,
				 const struct tally *tally)
{
	__u32 memory[SK_MEMINFO_VARS] = {};
	socklen_t size = sizeof(memory);

	if (received > 1 && getsockopt(served->fd, SOL_SOCKET, SO_MEMINFO, memory, &size) == 0)
		count_overflows(served, memory[SK_MEMINFO_DROPS], tally);
}

/*
 * Atomically: while one agent takes over from another, both count into the same
 * slot. That is once a batch, so it costs little.
 */
static void flush(struct xe_counters *from, struct xe_counters *to)
{
	__u64 *counted = (__u64 *)from, *shared = (__u64 *)to;

	for (size_t i = 0; i < sizeof(*from) / sizeof(*counted); i++) {
		if (!counted[i])
			continue;
		__atomic_fetch_add(&shared[i], counted[i], __ATOMIC_RELAXED);
		counted[i] = 0;
	}
}

/* --- judging --------------------------------------------------------------------------------- */

static bool is_group(const struct xe_env *env, const struct xe_ping *ping)
{
	if (ping->family == XE_IPV6)
		return xe_first_byte64(ping->target_hi) == 0xff;
	return xe_first_byte32(ping->target) >= 224 ||
	       xe_ipv4_kind(env->table, ping->target, ping->vlan) == XE_ADDRESS_BROADCAST;
}

static bool is_more(const struct address_list *more, const struct xe_ping *ping)
{
	struct nic_address address = {.family = ping->family, .vlan = ping->vlan};

	if (!more)
		return false;
	if (ping->family == XE_IPV4) {
		xe_store(__u32, address.bytes, ping->target);
	} else {
		xe_store(__u64, address.bytes, ping->target_hi);
		xe_store(__u64, address.bytes + 8, ping->target_lo);
	}
	return addresses_have(more, &address);
}

/*
 * As packet.h asks the rules. What is not for an address that this interface
 * serves ends here: the stack may take another interface's address for ours
 * (the weak host model), and we do not.
 */
static enum xe_reason judge(const struct xe_env *env, const struct address_list *more,
			    const struct xe_ping *ping)
{
	enum xe_reason reason = xe_match(env, ping);

	if (reason == XE_PASS_OTHER_ADDRESS && is_group(env, ping))
		return XE_DROP_NOT_UNICAST;
	if (reason == XE_PASS_OTHER_ADDRESS && is_more(more, ping))
		reason = XE_ANSWER;
	return reason == XE_ANSWER ? xe_police(env, ping) : reason;
}

static struct xe_ping describe(const struct socket_place *place, const union peer *peer,
			       const struct socket_arrival *arrival)
{
	struct xe_ping ping = {
		.family = place->family,
		.vlan = place->vlan,
		.target_port = place->port,
		.ttl = arrival->ttl,
	};

	if (place->family == XE_IPV4) {
		ping.source = peer->ipv4.sin_addr.s_addr;
		ping.source_port = peer->ipv4.sin_port;
		ping.target = arrival->target4.s_addr;
	} else {
		ping.source_hi = xe_load(__u64, &peer->ipv6.sin6_addr.s6_addr[0]);
		ping.source_lo = xe_load(__u64, &peer->ipv6.sin6_addr.s6_addr[8]);
		ping.source_port = peer->ipv6.sin6_port;
		ping.target_hi = xe_load(__u64, &arrival->target6.s6_addr[0]);
		ping.target_lo = xe_load(__u64, &arrival->target6.s6_addr[8]);
	}
	return ping;
}

/* A group's datagram is given to each socket of the port: the first worker's counts it. */
static void count_refused(const struct served_socket *served, enum xe_reason reason, __u32 size,
			  const struct tally *tally)
{
	if (reason != XE_DROP_NOT_UNICAST || served->worker == 0)
		count_reason(tally, reason, size);
}

/*
 * Judges each datagram of a message, and moves those that are answered to its
 * beginning. All but the last have `segment` bytes, so what is kept can be cut
 * in the same way.
 */
static struct reply keep_answered(__u8 *data, __u32 size, __u32 segment, struct xe_ping *ping,
				  const struct served_socket *served, const struct xe_env *env,
				  const struct address_list *more, const struct tally *tally)
{
	struct reply reply = {.segment = segment ? segment : size};
	__u32 at = 0;

	do {
		enum xe_reason reason;

		ping->size = size - at < reply.segment ? size - at : reply.segment;
		ping->payload = data + at;
		ping->end = ping->payload + ping->size;
		reason = judge(env, more, ping);
		if (reason != XE_ANSWER) {
			count_refused(served, reason, ping->size, tally);
		} else {
			if (reply.bytes != at)
				memmove(data + reply.bytes, data + at, ping->size);
			reply.bytes += ping->size;
			reply.datagrams++;
		}
		at += ping->size;
	} while (at < size);
	return reply;
}

/* --- receiving and sending ------------------------------------------------------------------- */

static int receive(struct socket_batch *batch, int fd)
{
	for (int i = 0; i < MESSAGES; i++) {
		batch->request_data[i] = (struct iovec){batch->data[i], MESSAGE_SIZE};
		batch->requests[i].msg_hdr = (struct msghdr){
			.msg_name = &batch->peers[i],
			.msg_namelen = sizeof(batch->peers[i]),
			.msg_iov = &batch->request_data[i],
			.msg_iovlen = 1,
			.msg_control = batch->request_control[i],
			.msg_controllen = SOCKET_CONTROL_SIZE,
		};
	}
	return recvmmsg(fd, batch->requests, MESSAGES, MSG_DONTWAIT, NULL);
}

/* Turns request `from` into answer `to`. */
static void write_answer(struct socket_batch *batch, int from, int to, const struct reply *reply,
			 const struct socket_arrival *arrival, const struct xe_env *env)
{
	const struct msghdr *request = &batch->requests[from].msg_hdr;
	struct msghdr *answer = &batch->answers[to].msg_hdr;
	__u8 fixed_ttl = env->policy->fixed_ttl;

	batch->replies[to] = *reply;
	batch->answer_data[to] = (struct iovec){batch->data[from], reply->bytes};
	*answer = (struct msghdr){
		.msg_name = request->msg_name,
		.msg_namelen = request->msg_namelen,
		.msg_iov = &batch->answer_data[to],
		.msg_iovlen = 1,
		.msg_control = batch->answer_control[to],
	};
	socket_write_control(answer, arrival, fixed_ttl ? fixed_ttl : arrival->ttl - 1,
			     reply->datagrams > 1 ? reply->segment : 0,
			     request->msg_namelen == sizeof(struct sockaddr_in6));
}

static void count_unsent(const struct tally *tally, __u32 size)
{
	bool is_full = errno == EAGAIN || errno == ENOBUFS;

	count_reason(tally, is_full ? XE_DROP_QUEUE_FULL : XE_DROP_SEND, size);
}

/* The route may not take a message that is to be cut: before Linux 6.11 it has to compute
 * checksums for that. */
static void send_singly(struct socket_batch *batch, int which, int fd, const struct tally *tally)
{
	struct msghdr *answer = &batch->answers[which].msg_hdr;
	const struct reply *reply = &batch->replies[which];
	__u8 *data = answer->msg_iov->iov_base;

	socket_drop_segment(answer);
	for (__u32 at = 0; at < reply->bytes; at += reply->segment) {
		__u32 left = reply->bytes - at;
		__u32 size = left < reply->segment ? left : reply->segment;

		*answer->msg_iov = (struct iovec){data + at, size};
		if (sendmsg(fd, answer, MSG_DONTWAIT) < 0)
			count_unsent(tally, size);
		else
			count_reply(tally, size);
	}
}

/* An MTU may be smaller still. */
static bool lost_by_df(struct served_socket *served)
{
	if (errno != EMSGSIZE || !served->sets_df || !socket_set_df(served->fd, false))
		return false;
	served->sets_df = false;
	return true;
}

static void send_answers(struct socket_batch *batch, int count, struct served_socket *served,
			 const struct tally *tally)
{
	const struct reply *replies = batch->replies;
	int at = 0;

	while (at < count) {
		int sent = sendmmsg(served->fd, batch->answers + at, count - at, MSG_DONTWAIT);

		for (int i = 0; i < sent; i++)
			count_replies(tally, &replies[at++]);
		if (sent > 0 || lost_by_df(served))
			continue;
		if (replies[at].datagrams > 1)
			send_singly(batch, at, served->fd, tally);
		else
			count_unsent(tally, replies[at].bytes);
		at++;
	}
}

/* What may be sent to any host without knowing the path (RFC 1122, 3.3.3), headers included. */
static void choose_df(const struct socket_batch *batch, int count, struct served_socket *served)
{
	enum { ALWAYS_WHOLE = 576 - 28 };
	bool df = true;

	for (int i = 0; i < count; i++)
		df &= batch->replies[i].segment <= ALWAYS_WHOLE;
	if (count && served->place.family == XE_IPV4 && df != served->sets_df &&
	    socket_set_df(served->fd, df))
		served->sets_df = df;
}

bool socket_batch_answer(struct socket_batch *batch, struct served_socket *served,
			 const struct xe_env *env, const struct address_list *more,
			 struct xe_counters *counters)
{
	const struct tally tally = {&batch->counted, env->policy, served->place.family};
	int received = receive(batch, served->fd), answers = 0;

	for (int i = 0; i < received; i++) {
		struct socket_arrival arrival;
		struct xe_ping ping;
		struct reply reply;

		batch->has_grown |= batch->requests[i].msg_len > PAGE;
		socket_read_control(&batch->requests[i].msg_hdr, &arrival);
		count_overflows(served, arrival.overflows, &tally);
		ping = describe(&served->place, &batch->peers[i], &arrival);
		reply = keep_answered(batch->data[i], batch->requests[i].msg_len, arrival.segment,
				      &ping, served, env, more, &tally);
		if (reply.datagrams)
			write_answer(batch, i, answers++, &reply, &arrival, env);
	}
	choose_df(batch, answers, served);
	send_answers(batch, answers, served, &tally);
	count_last_overflows(served, received, &tally);
	if (received > 0)
		flush(&batch->counted, counters);
	return received > 0;
}
