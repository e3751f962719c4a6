/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * prefixes.h - is a source accepted by the prefix lists? The walk through the
 * tree of struct xe_prefixes (abi.h), the same in the kernel and outside.
 *
 * Each step is one load of 16 bytes, which says where the block of addresses
 * ends and what to do next. A tree over n prefixes spread at random is two or
 * three steps deep, as the root has about n children. Each may miss the cache:
 * so a large tree has a filter before it, which caches hold.
 */
#ifndef XE_PREFIXES_H
#define XE_PREFIXES_H

#include "abi.h"
#include "bytes.h"

/*
 * `word` and `next` are the address in host order, an IPv4 one in the upper
 * half of `word`. `count` bounds every index, so that the verifier need not
 * trust the tree; a tree that is broken refuses.
 */
static XE_INLINE bool xe_prefix_search(const struct xe_prefix_node *nodes, __u32 count, __u32 index,
				       __u64 word, __u64 next)
{
	for (int step = 0; step < XE_PREFIX_DEPTH; step++) {
		const struct xe_prefix_node *node;
		__u64 below;

		if (index >= count)
			return false;
		node = &nodes[index];
		below = word >> (node->shift & 63);
		/* in two steps, as a shift by 64 bits is undefined */
		if (below >> (node->bits & 63) != node->match)
			return node->flags & XE_PREFIX_MISS;
		if (node->flags & XE_PREFIX_LEAF)
			return node->flags & XE_PREFIX_HIT;
		index = node->child + (below & ((1ULL << (node->bits & 63)) - 1));
		if (node->flags & XE_PREFIX_NEXT)
			word = next;
	}
	return false;
}

/* Where the block of an address begins to count, in its first word: after bits that the blocks of
 * its family have in common. Beyond XE_FILTER_BLOCKS there is none. */
static XE_INLINE __u64 xe_filter_block(__u64 word, enum xe_family family)
{
	return family == XE_IPV4 ? word >> 44 : (word >> 41) - XE_FILTER_BLOCKS;
}

static XE_INLINE enum xe_filter xe_filter_look(const struct xe_prefix_node *nodes, __u64 word,
					       enum xe_family family)
{
	const __u32 *filter = (const void *)(nodes + family * XE_FILTER_NODES);
	__u64 block = xe_filter_block(word, family);

	if (block >= XE_FILTER_BLOCKS)
		return XE_FILTER_ASK;
	return filter[block / XE_FILTER_PER_WORD] >> block % XE_FILTER_PER_WORD * 2 & 3;
}

#endif
