/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * addresses.h - which addresses an attached interface answers for.
 */
#ifndef XE_ADDRESSES_H
#define XE_ADDRESSES_H

#include <stddef.h>

#include "abi.h"
#include "error.h"
#include "nic.h"

/*
 * Reads the interface's addresses anew and puts them before the packets: those
 * asked for with --address if there are any, else the interface's own.
 * *left_out counts those that the table had no room for.
 */
int addresses_refresh(struct xe_state *state, const struct nic *nic, size_t *left_out,
		      struct xe_error *error);

#endif
