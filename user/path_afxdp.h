/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * path_afxdp.h - the XDP program judges, and AF_XDP sockets answer: one on each receive queue.
 */
#ifndef XE_PATH_AFXDP_H
#define XE_PATH_AFXDP_H

#include "path.h"

extern const struct path_ops path_afxdp_ops;

#endif
