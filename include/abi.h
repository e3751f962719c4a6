/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * abi.h - the memory that the XDP program, the agent and every reader share.
 *
 * One `struct xe_state` exists per attached interface. With BPF it is the
 * XDP object's .bss: an mmap-able array map with one element, pinned under
 * bpffs (Linux 5.5 and later). Without BPF it is a file of the same bytes
 * under /run. Either way it is mapped, never copied, and outlives its agent.
 *
 * Only fixed-width types, explicit padding, asserted sizes. "wire order" is
 * the order of bytes in the packet, loaded as they stand; all else is host
 * order. Zeroed memory answers nothing.
 */
#ifndef XE_ABI_H
#define XE_ABI_H

#ifndef __BPF__
#include <linux/types.h>
#endif

#include "reasons.h"

/* Raised with every change of layout or meaning below. A reader that finds
 * another number refuses the state and says what to do. */
#define XE_ABI_VERSION 1
#define XE_ABI_MAGIC 0x6f686365 /* "echo" */

/* Counter slots per path: possible CPUs for XDP, workers for userspace paths.
 * A host with more CPUs gets the userspace paths, and is told so. */
#define XE_MAX_SLOTS 512

#define XE_MAX_ADDRESSES 128 /* per family, an address on n VLANs counts n times */
#define XE_TABLE_BITS 10
#define XE_TABLE_SLOTS (1 << XE_TABLE_BITS)
#define XE_BUCKET_BITS 15 /* 256 KiB: twice as many fall out of the cache beneath a flood */
#define XE_BUCKETS (1 << XE_BUCKET_BITS)
#define XE_MAGIC_MAX 16 /* bytes of --magic */

enum xe_path { XE_NATIVE, XE_GENERIC, XE_AFXDP, XE_SOCKET, XE_PATHS };

enum xe_family { XE_IPV4, XE_IPV6, XE_OTHER, XE_FAMILIES };

/*
 * A VLAN key names the tags of a frame, outermost first, priority tags (VLAN
 * id 0) left out: 13 bits a tag, the 13th set where the tag is 802.1ad.
 * 0 is an untagged frame.
 */
#define XE_VLAN_BITS 13
#define XE_VLAN_8021AD (1 << 12)

/* What an address in the table is. */
enum xe_address_kind {
	XE_ADDRESS_NONE,      /* not in the table */
	XE_ADDRESS_SERVED,    /* ours, pings to it are answered */
	XE_ADDRESS_OWN,       /* ours, but not served; refused as a source */
	XE_ADDRESS_BROADCAST, /* broadcast address of one of our subnets */
};

/*
 * IPv4 key: address in wire order in bits 0-31, VLAN key in bits 32-57. A slot is a key
 * XOR the mark of its kind, and 0 if it is empty. Marks differ in bits 58-63, which no key
 * has: so a slot is a key's if the two differ by a mark, and one compare tells the kind.
 */
#define XE_IPV4_KEY(addr, vlan) ((__u64)(addr) | (__u64)(vlan) << 32)
#define XE_IPV4_KEY_BITS (32 + 2 * XE_VLAN_BITS)
#define XE_IPV4_SERVED (~0ULL)
#define XE_IPV4_OWN (1ULL << XE_IPV4_KEY_BITS)
#define XE_IPV4_BROADCAST (2ULL << XE_IPV4_KEY_BITS)

struct xe_ipv6_slot {
	__u64 hi, lo; /* wire order */
	__u32 vlan;   /* VLAN key */
	__u32 kind;   /* enum xe_address_kind */
	__u64 pad;
};

/*
 * Who we are on the wire. A perfect hash: the writer picks multipliers with
 * which no two entries meet, so a look-up is one probe however many there are.
 */
struct xe_table {
	__u64 mac; /* own MAC: two bytes of zero, then six in wire order */
	__u64 ipv4_multiplier, ipv6_multiplier;
	__u32 ipv4_count, ipv6_count;
	__u8 pad[32];
	/*
	 * By an IPv4 address's first octet: 0 if no address that begins so is reserved
	 * or in the table. Most sources need no other look.
	 */
	__u8 ipv4_octets[256];
	__u64 ipv4[XE_TABLE_SLOTS];
	struct xe_ipv6_slot ipv6[XE_TABLE_SLOTS];
};

/*
 * Two tables, one in use. The agent writes the other, raises `active`, and
 * waits for an RCU grace period (membarrier(2)) before it writes again, so
 * that no packet ever meets a half-written table. Userspace readers, for which
 * RCU does not wait, take a copy and look whether `active` has stayed the same.
 */
struct xe_live {
	__u32 active; /* how often it was published; the lowest bit names the table in use */
	__u32 offset; /* the same for the XDP program: that table's, bytes into the state */
	__u32 pad[46];
	struct xe_table table[2];
};

/* What a port is. A byte for each takes five instructions less to look up than a bit. */
enum xe_port_kind {
	XE_PORT_PLAIN,
	XE_PORT_REFUSED, /* as a source: below 1024, a reply could start a loop */
	XE_PORT_SERVED,  /* refused as a source, too */
};

/*
 * The short way knows neither `extra` nor `fixed_ttl`, and takes an IPv4 address and an IPv6
 * /64 for a source; counting sizes is a second one like it.
 */
enum xe_plain { XE_NOT_PLAIN, XE_PLAIN, XE_PLAIN_SIZES };

/*
 * What is answered and what is refused. Constant for one loaded program: it
 * is the program's .rodata, so the verifier removes the code of rules that
 * are off. A change is a new program, swapped in atomically.
 */
struct xe_policy {
	__u64 rate_interval;  /* per-source GCRA: ticks << XE_TICK_SHIFT per packet; 0 is off */
	__u64 rate_tolerance; /* the same unit; burst times interval */
	__u32 extra;          /* 1: one of the rules below is on; 0 saves a look at each */
	__u32 total_share;    /* packets that a CPU takes out of the total at once */
	__u64 total_interval; /* the interface's GCRA; 0 is off */
	__u64 total_tolerance;
	__u64 hash_key[2];            /* secret, random at load; [1] is odd */
	__u64 rate_mask_ipv6[2];      /* wire order; which bits make a source */
	__u32 rate_mask_ipv4;         /* wire order */
	__u32 prefix_nodes;           /* of struct xe_prefixes; 0: no list is given */
	__u32 prefix_roots[2];        /* where a look-up begins, by family */
	__u32 allowed, denied;        /* prefixes given, for status */
	__u32 rate_pps, rate_burst;   /* as asked for, for status; packets per second, packets */
	__u32 total_pps, total_burst; /* the same */
	__u32 max_size;               /* UDP payload bytes; 65535 refuses nothing */
	__u32 magic_size;             /* bytes of magic in use; 0 is off */
	__u8 magic[XE_MAGIC_MAX];
	__u8 fixed_ttl;      /* reply's TTL or hop limit; 0: the request's minus one */
	__u8 size_histogram; /* 1: requests are counted by size, too */
	__u8 plain;          /* enum xe_plain: may packets take a shorter way? */
	__u8 prefix_filter;  /* of struct xe_prefixes */
	__u8 pad[52];
	__u8 ports[65536]; /* enum xe_port_kind, indexed by port in wire order */
};

/* Rates count in kernel ticks (jiffies), with 24 bits of fraction: enough for 100 million
 * packets per second within 1 %, and for 34 years of uptime with 1000 ticks a second. */
#define XE_TICK_SHIFT 24

/*
 * The prefix lists (--allow, --deny), in memory of their own, as large as they
 * need and there only if a list was given: a one-element BPF array map pinned
 * as `prefixes`, or a file of that name. Never changed once made: other lists
 * are other memory. Built by user/prefixes.c, walked by prefixes.h.
 *
 * The nodes make one search tree for each family, over disjoint ranges of
 * addresses. A node stands for the block of addresses whose upper bits are
 * `match`; what is outside of it, but led here, is judged by `miss`.
 */
struct xe_prefix_node {
	__u64 match; /* the address word, shifted right by shift + bits */
	__u32 child; /* inner node: the first of 1 << bits nodes, chosen by the next bits */
	__u8 shift;  /* lowest of those bits */
	__u8 bits;
	__u8 flags; /* XE_PREFIX_* */
	__u8 pad;
};

/*
 * Trees that are larger than caches have a filter before them, in the place of the first nodes: a
 * bit map with an enum xe_filter for each of 2^20 blocks of a family's addresses; of IPv6, of
 * 2000::/3. Most sources, spoofed ones above all, are judged by it alone.
 */
enum xe_filter { XE_FILTER_ASK, XE_FILTER_REFUSE = 2, XE_FILTER_ACCEPT = 3 };

#define XE_FILTER_BLOCKS (1 << 20)
#define XE_FILTER_PER_WORD 16 /* of 32 bits */
#define XE_FILTER_WORDS (XE_FILTER_BLOCKS / XE_FILTER_PER_WORD)
#define XE_FILTER_NODES (XE_FILTER_WORDS * 4 / 16) /* that the filter of one family takes */

#define XE_PREFIX_LEAF (1 << 0) /* judged here */
#define XE_PREFIX_HIT (1 << 1)  /* leaf: addresses in the block are accepted */
#define XE_PREFIX_MISS (1 << 2) /* addresses outside of it are accepted */
#define XE_PREFIX_NEXT (1 << 3) /* child is a node of the address's second word (IPv6) */

/* Every inner node takes at least two bits of a word, or the last one; twice 64 bits, the step
 * between the words, and the leaf. */
#define XE_PREFIX_DEPTH (2 * 33 + 2)

/* One prefix as it was given: what `status` shows, and `set` keeps of the list it does not change.
 */
struct xe_prefix {
	__u8 bytes[16]; /* wire order; IPv4 in the first four; bits beyond the length are 0 */
	__u8 family;    /* enum xe_family */
	__u8 length;    /* bits */
	__u8 allow;     /* 1: --allow, 0: --deny */
	__u8 pad[5];
};

/* Followed by the nodes, and these by the prefixes as given. */
struct xe_prefixes {
	__u32 magic;       /* XE_PREFIXES_MAGIC */
	__u32 abi_version; /* XE_ABI_VERSION */
	__u64 size;        /* of all of it */
	__u32 nodes;
	__u32 roots[2];        /* by family */
	__u32 allowed, denied; /* prefixes as given */
	__u8 filter;           /* 1: the nodes begin with one for each family */
	__u8 pad[27];
};

#define XE_PREFIXES_MAGIC 0x78666572 /* "refx" */

/* Requests by size: slot n counts payloads of (n - 1) * 32 + 1 to n * 32 bytes, the last one all
 * that are larger: than 1472, the most that an IPv4 packet of 1500 bytes holds. */
#define XE_SIZE_STEP 32
#define XE_SIZE_SLOTS 48

/*
 * Counters of one path on one CPU (XDP) or of one worker (userspace). Each has
 * a single writer that is never preempted by another, so plain adds suffice;
 * readers see values that only grow. The first cache line is all that a reply
 * touches. requests = replies + everything dropped, so it is not stored.
 */
struct xe_counters {
	__u64 replies[2];     /* by family */
	__u64 reply_bytes[2]; /* UDP payload bytes, by family */
	__u64 pad[4];
	__u64 reasons[XE_FAMILIES][XE_REASON_SLOTS]; /* packets */
	__u64 size_sum;                              /* UDP payload bytes of what sizes[] counts */
	__u64 size_pad[7];
	__u64 sizes[XE_SIZE_SLOTS]; /* requests, while policy.size_histogram is 1 */
};

/* What one CPU has taken out of the interface's bucket and not used yet: a cache line each. */
struct xe_credit {
	__u64 packets;
	__u64 pad[7];
};

/*
 * A frame of an AF_XDP socket's memory, bytes, and what of it the kernel leaves for a
 * packet (XDP_PACKET_HEADROOM goes first). A longer packet is the stack's to linearise.
 */
#define XE_XSK_FRAME 4096
#define XE_XSK_ROOM (XE_XSK_FRAME - 256)

#define XE_NAME_MAX 32
#define XE_TEXT_MAX 256

/* An address asked for with --address. */
struct xe_asked_address {
	__u8 bytes[16]; /* wire order; IPv4 in the first four */
	__u8 family;    /* enum xe_family */
	__u8 any_vlan;  /* 1: untagged and on every VLAN that the interface has */
	__u16 pad;
	__u32 vlan; /* VLAN key, where any_vlan is 0 */
};

/* What attach was asked for, beside the policy; an agent can start again from it. */
struct xe_request {
	__u32 path;        /* enum xe_path, or XE_PATHS for auto */
	__u32 asked_count; /* 0: the interface's own addresses are served, and followed */
	__u32 busy_poll;   /* 1: AF_XDP workers spin instead of sleeping */
	__u32 dispatcher;  /* 1: through libxdp's dispatcher, even where no other program is */
	__u32 pad[12];
	struct xe_asked_address asked[XE_MAX_ADDRESSES];
};

/* Facts about the attachment, written by the agent, for status. Strings end
 * with a zero byte. */
struct xe_info {
	__u32 ifindex;
	__u32 path;               /* enum xe_path in use */
	__u32 agent_pid;          /* in the agent's pid namespace; alive while it holds its lock */
	__u32 generation;         /* raised by the agent whenever it has applied a change */
	__u64 attached_at;        /* CLOCK_REALTIME, seconds */
	__u64 agent_capabilities; /* bit mask of effective capabilities, capabilities(7) */
	__u64 clock_ticks;        /* the kernel's jiffies when it was last asked */
	__u64 clock_offset;   /* from userspace's rate clock to the kernel's; see user/clock.h */
	__u32 slots;          /* counter slots in use per path; never lowered */
	__u32 repairs;        /* how often the agent put back a path that others broke */
	__u64 repaired_at;    /* CLOCK_REALTIME, seconds; 0: never */
	__u32 reload_error;   /* errno of the agent's last SIGHUP; 0: it obeys */
	__u32 agent_filtered; /* 1: it has given up all system calls but those that it needs */
	__u32 pad[6];
	char interface[XE_NAME_MAX];
	char netns[XE_TEXT_MAX]; /* name under /run/netns, "" for the initial one */
	char driver[XE_NAME_MAX];
	char version[XE_NAME_MAX];            /* of the binary that attached */
	char reason[XE_TEXT_MAX];             /* why this path, one line */
	char detail[XE_TEXT_MAX];             /* how it is set up, or "" */
	char trouble[XE_TEXT_MAX];            /* what is wrong with it by now, or "" */
	char refusals[XE_PATHS][XE_TEXT_MAX]; /* why each better path was refused, or "" */
};

struct xe_header {
	__u32 magic;       /* XE_ABI_MAGIC once the rest is filled in */
	__u32 abi_version; /* XE_ABI_VERSION */
	__u64 size;        /* sizeof(struct xe_state) */
	__u8 pad[48];
};

struct xe_state {
	struct xe_header header; /* at offset 0 in every version */
	struct xe_info info;
	struct xe_request request;
	struct xe_live live;
	struct xe_policy policy; /* in force; what status shows and userspace paths obey */
	__u64 total_bucket[8];   /* [0] is the interface's GCRA; a cache line of its own */
	struct xe_credit credits[XE_MAX_SLOTS]; /* of the CPUs in XDP; a worker has its own */
	__u64 buckets[XE_BUCKETS];
	struct xe_counters counters[XE_PATHS][XE_MAX_SLOTS];
};

/* Where a table is, bytes into the state: the two have no bit in common, so that with a mask of
 * both the verifier knows the offset to be no larger. */
#define XE_TABLE_AT(which)                                                                         \
	(__builtin_offsetof(struct xe_state, live.table) + (which) * sizeof(struct xe_table))

_Static_assert((XE_TABLE_AT(0) & sizeof(struct xe_table)) == 0, "ABI");

/* Where a path's counters are, bytes into the state. */
#define XE_COUNTERS_AT(path)                                                                       \
	(__builtin_offsetof(struct xe_state, counters) +                                           \
	 (path) * sizeof(struct xe_counters) * XE_MAX_SLOTS)

_Static_assert(sizeof(struct xe_header) == 64, "ABI");
_Static_assert(sizeof(struct xe_info) % 64 == 0, "ABI");
_Static_assert(sizeof(struct xe_request) % 64 == 0, "ABI");
_Static_assert(sizeof(struct xe_ipv6_slot) == 32, "ABI");
_Static_assert(sizeof(struct xe_prefix_node) == 16, "ABI");
_Static_assert(sizeof(struct xe_prefix) == 24, "ABI");
_Static_assert(sizeof(struct xe_prefixes) == 64, "ABI");
_Static_assert(sizeof(struct xe_credit) == 64, "ABI");
_Static_assert(sizeof(struct xe_table) == 64 + 256 + 8 * 1024 + 32 * 1024, "ABI");
_Static_assert(sizeof(struct xe_policy) % 64 == 0, "ABI");
_Static_assert(sizeof(struct xe_live) % 64 == 0, "ABI");
_Static_assert(sizeof(struct xe_counters) == 2048, "ABI");

#endif
