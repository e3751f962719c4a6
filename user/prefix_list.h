/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * prefix_list.h - the prefix lists as they are given, and the tree that packets
 * are judged by (struct xe_prefixes; the walk is include/prefixes.h).
 */
#ifndef XE_PREFIX_LIST_H
#define XE_PREFIX_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "abi.h"
#include "error.h"

/* A list of so many prefixes has a filter; the tree of fewer takes less than 128 KiB. */
enum { PREFIX_FILTER_FROM = 4096 };

/* --allow and --deny as given, in any order. Zeroed, it is empty. */
struct prefix_list {
	struct xe_prefix *entries;
	size_t count, room;
};

void prefix_list_free(struct prefix_list *list);

int prefix_list_add(struct prefix_list *list, const struct xe_prefix *prefix,
		    struct xe_error *error);

int prefix_list_add_text(struct prefix_list *list, const char *text, bool allow,
			 struct xe_error *error);

/* One prefix a line; from # on, and blank lines, are comments. Errors name file and line. */
int prefix_list_add_file(struct prefix_list *list, const char *path, bool allow,
			 struct xe_error *error);

/* Adds those entries of lists in force that are of this kind; `lists` may be NULL. */
int prefix_list_keep(struct prefix_list *list, const struct xe_prefixes *lists, bool allow,
		     struct xe_error *error);

/*
 * The tree of a list, malloc'ed, with the list behind it; NULL in *out if the
 * list is empty. The longest prefix that holds an address decides; where two
 * are the same, --deny does. Outside of all, an address is accepted unless the
 * list allows anything.
 */
int prefixes_build(const struct prefix_list *list, struct xe_prefixes **out,
		   struct xe_error *error);

/* Are these the bytes of whole and sound lists of this version? */
bool prefixes_are_whole(const struct xe_prefixes *lists, size_t size);

/* The prefixes as given, lists->allowed + lists->denied of them. */
const struct xe_prefix *prefixes_given(const struct xe_prefixes *lists);

#endif
