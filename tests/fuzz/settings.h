/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * settings.h - the host that fuzzed frames arrive at, and the rules that it may
 * have: once as the code under test takes them, once as plain facts for the oracle.
 */
#ifndef FUZZ_SETTINGS_H
#define FUZZ_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "abi.h"
#include "frame.h"

struct fuzz_address {
	const char *text;
	struct tag tags[2]; /* outermost first; 0, 0: none */
	enum xe_address_kind kind;
};

/* Ends with a NULL text. The host's MAC is SERVER_MAC. */
extern const struct fuzz_address fuzz_host[];

struct fuzz_prefix {
	const char *text;
	bool allow;
};

struct fuzz_settings {
	const char *ports; /* as for --port */
	int fixed_ttl;
	int max_size;
	const char *magic;                  /* the bytes, not hexadecimal */
	int burst;                          /* of each source, one packet a second; 0: no limit */
	int total_burst;                    /* of the interface, the same */
	const struct fuzz_prefix *prefixes; /* ends with a NULL text; NULL: none */
	bool with_filter;                   /* the prefixes are given so often that they have one */
};

enum { FUZZ_SETTINGS = 8 };

extern const struct fuzz_settings fuzz_settings[FUZZ_SETTINGS];

/* The same as the code under test has it. *lists is malloc'ed, or NULL. */
void fuzz_fill_policy(const struct fuzz_settings *settings, struct xe_policy *policy,
		      struct xe_prefixes **lists);
void fuzz_fill_table(struct xe_table *table);

#endif
