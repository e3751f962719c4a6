// SPDX-License-Identifier: GPL-2.0-only
/*
 * prefix_tree.c - out of prefix lists, the tree that include/prefixes.h walks;
 * see prefix_list.h.
 *
 * First the longest prefix is settled once and for all: a sweep turns nested
 * prefixes into ranges that do not overlap, each accepted or refused. Then the
 * tree: a block of addresses shrinks to the smallest aligned one that holds all
 * its changes, and is cut into about as many parts as it has changes.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "prefix_list.h"

typedef unsigned __int128 address; /* host order; IPv4 in the upper 32 bits */

enum {
	ADDRESS_BITS = 128,
	WORD_BITS = 64,
	MAX_NESTING = ADDRESS_BITS + 1, /* prefixes that hold one address */
	MIN_FANOUT = 2,                 /* bits; XE_PREFIX_DEPTH follows from it */
	MAX_FANOUT = 20,
};

/* From `start` to the next range, addresses are accepted or not. */
struct range {
	address start;
	bool accept;
};

struct ranges {
	struct range *list;
	size_t count;
};

struct tree {
	struct xe_prefix_node *nodes;
	size_t count, room;
};

/* --- from prefixes to ranges ----------------------------------------------------------------- */

static address first_of(const struct xe_prefix *prefix)
{
	address hi = xe_wire64(xe_load(__u64, prefix->bytes));

	return hi << WORD_BITS | xe_wire64(xe_load(__u64, prefix->bytes + 8));
}

/* The bits that may differ between addresses with the same first `length` bits. */
static address varying(int length)
{
	return length < ADDRESS_BITS ? ~(address)0 >> length : 0;
}

static address last_of(const struct xe_prefix *prefix)
{
	return first_of(prefix) | varying(prefix->length);
}

/* By family; an outer prefix before those in it; of the same prefix, --deny last: it decides. */
static int by_place(const void *a, const void *b)
{
	const struct xe_prefix *one = a, *two = b;
	int order = one->family - two->family;

	if (!order)
		order = memcmp(one->bytes, two->bytes, sizeof(one->bytes));
	if (!order)
		order = one->length - two->length;
	return order ? order : two->allow - one->allow;
}

/* From `start` on it is so, whatever was said of it before. */
static void begin_range(struct ranges *ranges, address start, bool accept)
{
	struct range *list = ranges->list;

	if (ranges->count && list[ranges->count - 1].start == start)
		ranges->count--;
	if (!ranges->count || list[ranges->count - 1].accept != accept)
		list[ranges->count++] = (struct range){start, accept};
}

/* The prefixes that hold the address at which the sweep stands, the outermost first. */
struct nest {
	struct {
		address last;
		bool accept;
	} in[MAX_NESTING + 1];
	int depth;
};

static void leave(struct nest *nest, struct ranges *ranges)
{
	address last = nest->in[nest->depth--].last;

	if (last != ~(address)0)
		begin_range(ranges, last + 1, nest->in[nest->depth].accept);
}

/* `entries` are sorted and of one family. */
static void sweep(const struct xe_prefix *entries, size_t count, bool otherwise,
		  struct ranges *ranges)
{
	struct nest nest = {.in[0] = {~(address)0, otherwise}};

	begin_range(ranges, 0, otherwise);
	for (size_t i = 0; i < count; i++) {
		address first = first_of(&entries[i]), last = last_of(&entries[i]);

		while (nest.depth && nest.in[nest.depth].last < first)
			leave(&nest, ranges);
		/* given twice: the same place in the nest */
		if (!i || !nest.depth || nest.in[nest.depth].last != last ||
		    first_of(&entries[i - 1]) != first)
			nest.depth++;
		nest.in[nest.depth].last = last;
		nest.in[nest.depth].accept = entries[i].allow;
		begin_range(ranges, first, entries[i].allow);
	}
	while (nest.depth)
		leave(&nest, ranges);
}

/* --- from ranges to the tree ----------------------------------------------------------------- */

/* A block of addresses with the same first `length` bits, and the ranges that begin in it. */
struct block {
	address first;
	int length;
	bool accept; /* of the first address */
	const struct range *begin, *end;
};

static int reserve(struct tree *tree, size_t count, __u32 *first)
{
	while (tree->count + count > tree->room) {
		size_t room = tree->room ? 2 * tree->room : 1024;
		struct xe_prefix_node *more = reallocarray(tree->nodes, room, sizeof(*more));

		if (!more)
			return -ENOMEM;
		tree->nodes = more;
		tree->room = room;
	}
	memset(&tree->nodes[tree->count], 0, count * sizeof(*tree->nodes));
	*first = tree->count;
	tree->count += count;
	return 0;
}

static int common_length(address a, address b)
{
	address difference = a ^ b;
	__u64 hi = difference >> WORD_BITS, lo = difference;

	if (hi)
		return __builtin_clzll(hi);
	return WORD_BITS + (lo ? __builtin_clzll(lo) : WORD_BITS);
}

/* The part of `block` that begins at `first` with `length` equal bits. */
static struct block part_of(const struct block *block, address first, int length)
{
	struct block part = *block;
	address last;

	part.first = first;
	part.length = length;
	last = first | varying(length);
	while (part.begin < part.end && part.begin->start <= first)
		part.accept = part.begin++->accept;
	part.end = part.begin;
	while (part.end < block->end && part.end->start <= last)
		part.end++;
	return part;
}

/* The smallest part outside of which nothing changes; not beyond the word's end. */
static struct block shrink(const struct block *block, int word_end)
{
	const struct range *last = block->end - 1;
	int length;

	if (last->accept != block->accept)
		return *block;
	length = common_length(block->begin->start, last->start - 1);
	if (length > word_end)
		length = word_end;
	return part_of(block, block->begin->start & ~varying(length), length);
}

/* As many parts as there are changes: more would be empty, fewer another step. */
static int fanout(const struct block *block, int left)
{
	size_t changes = block->end - block->begin;
	int bits = MIN_FANOUT;

	while (bits < MAX_FANOUT && 1UL << bits < changes)
		bits++;
	return bits < left ? bits : left;
}

/* What all of the block has in common, in the word that ends at `word_end`. */
static void set_match(struct xe_prefix_node *node, const struct block *block, int word_end,
		      int bits)
{
	int left = word_end - block->length; /* bits of the word that vary within the block */
	__u64 word = block->first >> (ADDRESS_BITS - word_end);

	if (left == WORD_BITS && bits == 0)
		bits = 1; /* a shift by 64 in two steps; what it gives is always 0 */
	node->shift = left - bits;
	node->bits = bits;
	node->match = left == WORD_BITS ? 0 : word >> left;
}

static int build(struct tree *tree, __u32 index, const struct block *whole, int word_end);

static int build_parts(struct tree *tree, __u32 index, const struct block *block, int word_end,
		       int bits)
{
	int length = block->length + bits, shift = ADDRESS_BITS - length, err;
	struct block rest = *block;
	__u32 child;

	err = reserve(tree, 1UL << bits, &child);
	if (err)
		return err;
	tree->nodes[index].child = child;
	for (__u32 i = 0; !err && i < 1U << bits; i++) {
		/* there are two parts at least, so the shift is less than all bits */
		address first = block->first + (shift < ADDRESS_BITS ? (address)i << shift : 0);
		struct block part = part_of(&rest, first, length);

		err = build(tree, child + i, &part, word_end);
		/* the next part begins where this one ends */
		rest.begin = part.end;
		rest.accept = part.end > part.begin ? part.end[-1].accept : part.accept;
	}
	return err;
}

static int build(struct tree *tree, __u32 index, const struct block *whole, int word_end)
{
	struct xe_prefix_node node = {.flags = whole->accept ? XE_PREFIX_MISS : 0};
	struct block block = *whole;
	__u32 child;
	int bits, err;

	if (whole->begin < whole->end)
		block = shrink(whole, word_end);
	if (block.begin == block.end) {
		set_match(&node, &block, word_end, 0);
		node.flags |= XE_PREFIX_LEAF | (block.accept ? XE_PREFIX_HIT : 0);
		tree->nodes[index] = node;
		return 0;
	}
	if (block.length == word_end) {
		set_match(&node, &block, word_end, 0);
		err = reserve(tree, 1, &child);
		if (err)
			return err;
		node.flags |= XE_PREFIX_NEXT;
		node.child = child;
		tree->nodes[index] = node;
		return build(tree, child, &block, ADDRESS_BITS);
	}
	bits = fanout(&block, word_end - block.length);
	set_match(&node, &block, word_end, bits);
	tree->nodes[index] = node;
	return build_parts(tree, index, &block, word_end, bits);
}

static int build_family(struct tree *tree, const struct ranges *ranges, __u32 *root)
{
	const struct block all = {
		.accept = ranges->list[0].accept,
		.begin = ranges->list + 1,
		.end = ranges->list + ranges->count,
	};
	int err = reserve(tree, 1, root);

	return err ? err : build(tree, *root, &all, WORD_BITS);
}

/* --- the filter ------------------------------------------------------------------------------ */

/* The first address of a block; that of the one behind the last may be 0. */
static address block_start(int family, size_t block)
{
	if (family == XE_IPV4)
		return (address)block << (WORD_BITS + 44);
	return (address)(block + XE_FILTER_BLOCKS) << (WORD_BITS + 41);
}

/* A block is judged by the filter if no range begins within it. */
static void fill_filter(struct tree *tree, const struct ranges *ranges, int family)
{
	__u32 *filter = (__u32 *)(tree->nodes + family * XE_FILTER_NODES);
	size_t range = 0;

	for (size_t block = 0; block < XE_FILTER_BLOCKS; block++) {
		address last = block_start(family, block + 1) - 1;
		__u32 found = XE_FILTER_ASK;

		while (range + 1 < ranges->count &&
		       ranges->list[range + 1].start <= block_start(family, block))
			range++;
		if (range + 1 == ranges->count || ranges->list[range + 1].start > last)
			found = ranges->list[range].accept ? XE_FILTER_ACCEPT : XE_FILTER_REFUSE;
		filter[block / XE_FILTER_PER_WORD] |= found << block % XE_FILTER_PER_WORD * 2;
	}
}

/* --- together -------------------------------------------------------------------------------- */

static int build_families(struct tree *tree, const struct xe_prefix *sorted, size_t count,
			  bool otherwise, __u32 roots[2])
{
	struct ranges ranges = {.list = calloc(2 * count + 2, sizeof(*ranges.list))};
	size_t begin = 0;
	__u32 filter;
	int err = ranges.list ? 0 : -ENOMEM;

	if (!err && count >= PREFIX_FILTER_FROM)
		err = reserve(tree, 2 * XE_FILTER_NODES, &filter);
	for (int family = XE_IPV4; !err && family <= XE_IPV6; family++) {
		size_t end = begin;

		while (end < count && sorted[end].family == family)
			end++;
		ranges.count = 0;
		sweep(sorted + begin, end - begin, otherwise, &ranges);
		err = build_family(tree, &ranges, &roots[family]);
		if (!err && count >= PREFIX_FILTER_FROM)
			fill_filter(tree, &ranges, family);
		begin = end;
	}
	free(ranges.list);
	return err;
}

static struct xe_prefixes *join(const struct tree *tree, const struct prefix_list *list,
				const __u32 roots[2])
{
	size_t nodes = tree->count * sizeof(*tree->nodes);
	size_t given = list->count * sizeof(*list->entries);
	struct xe_prefixes *lists = calloc(1, sizeof(*lists) + nodes + given);

	if (!lists)
		return NULL;
	*lists = (struct xe_prefixes){
		.magic = XE_PREFIXES_MAGIC,
		.abi_version = XE_ABI_VERSION,
		.size = sizeof(*lists) + nodes + given,
		.nodes = tree->count,
		.roots = {roots[XE_IPV4], roots[XE_IPV6]},
		.filter = list->count >= PREFIX_FILTER_FROM,
	};
	for (size_t i = 0; i < list->count; i++)
		lists->allowed += list->entries[i].allow;
	lists->denied = list->count - lists->allowed;
	memcpy(lists + 1, tree->nodes, nodes);
	memcpy((char *)(lists + 1) + nodes, list->entries, given);
	return lists;
}

int prefixes_build(const struct prefix_list *list, struct xe_prefixes **out, struct xe_error *error)
{
	struct tree tree = {};
	struct prefix_list sorted = {.count = list->count};
	bool allows = false;
	__u32 roots[2];
	int err = -ENOMEM;

	*out = NULL;
	if (!list->count)
		return 0;
	sorted.entries = calloc(list->count, sizeof(*sorted.entries));
	if (!sorted.entries)
		goto out;
	memcpy(sorted.entries, list->entries, list->count * sizeof(*list->entries));
	qsort(sorted.entries, sorted.count, sizeof(*sorted.entries), by_place);
	for (size_t i = 0; i < sorted.count; i++)
		allows |= sorted.entries[i].allow;
	err = build_families(&tree, sorted.entries, sorted.count, !allows, roots);
	if (!err)
		*out = join(&tree, &sorted, roots);
	if (!err && !*out)
		err = -ENOMEM;
out:
	free(sorted.entries);
	free(tree.nodes);
	return err ? xe_fail(error, -err, "%zu prefixes: %s", list->count, strerror(-err)) : 0;
}
