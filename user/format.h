/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * format.h - ports, addresses and VLANs in words, for every renderer.
 */
#ifndef XE_FORMAT_H
#define XE_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

#include "abi.h"
#include "nic.h"

/* The served ones: "7, 4000-4010" */
void format_ports(const struct xe_policy *policy, char *text, size_t size);

/* "192.0.2.1", or "192.0.2.1@100" on a VLAN, "@100.200" on two. */
void format_address(const struct nic_address *address, char *text, size_t size);

/* The served addresses of a state, IPv4 first, in order; malloc'ed, 0 if there is no memory. */
size_t served_addresses(const struct xe_state *state, struct nic_address **list);

/* "12,345,678", or shortly "12.3M". */
void format_number(__u64 number, bool shortly, char *text, size_t size);

/* How many decimals tell a rate: tenths of slow ones, unless the clock alone put them there. */
int rate_decimals(double rate);

/* A name for people: what is not printable ASCII is \xNN, so that it cannot command a terminal. */
void format_name(const char *name, char *text, size_t size);

/* Bits of an address that make a source of the rate limit. */
int rate_prefix_ipv4(const struct xe_policy *policy);
int rate_prefix_ipv6(const struct xe_policy *policy);

#endif
