/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * listen.h - where the exporter listens.
 */
#ifndef XE_LISTEN_H
#define XE_LISTEN_H

#include <stddef.h>

#include "error.h"

#define LISTEN_DEFAULT "127.0.0.1:11007"

/*
 * Listens on "127.0.0.1:11007", "[::1]:11007", or ":11007" for all addresses;
 * port 0 lets the kernel choose. Writes what became of it. A descriptor, or a
 * negative errno; the text that does not fit its form is a usage error.
 */
int listen_open(const char *text, char *address, size_t size, struct xe_error *error);

#endif
