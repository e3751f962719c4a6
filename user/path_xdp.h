/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * path_xdp.h - the XDP program answers, in the driver (native) or in front of
 * the stack (generic).
 */
#ifndef XE_PATH_XDP_H
#define XE_PATH_XDP_H

#include "path.h"

extern const struct path_ops path_xdp_ops;

#endif
