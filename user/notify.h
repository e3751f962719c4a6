/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * notify.h - tells systemd how a service is, if systemd wants to know.
 */
#ifndef XE_NOTIFY_H
#define XE_NOTIFY_H

/* "READY=1" and its like, see sd_notify(3). A failure is told on stderr. */
void notify_systemd(const char *text);

#endif
