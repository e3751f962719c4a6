/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * accept.h - which format a client wants: the Accept header of RFC 9110, 12.5.1.
 */
#ifndef XE_ACCEPT_H
#define XE_ACCEPT_H

#include "exposition.h"

/* OpenMetrics for those who ask for it by name, the text format for all others; NULL is no header.
 */
enum exposition_format accept_choose(const char *header);

#endif
