/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * path_socket.h - mode socket: no program on the interface, the sockets alone answer.
 */
#ifndef XE_PATH_SOCKET_H
#define XE_PATH_SOCKET_H

#include "path.h"

extern const struct path_ops path_socket_ops;

#endif
