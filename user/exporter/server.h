/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * server.h - HTTP (libmicrohttpd): /metrics, /healthz and an index page.
 *
 * Owns no thread and no loop: the caller waits for server_fd, at most as long as
 * server_timeout says, and then calls server_run.
 */
#ifndef XE_SERVER_H
#define XE_SERVER_H

#include <linux/types.h>

#include "auth.h"
#include "config.h"

/* What the servers of all sockets share. */
struct exporter {
	const char *netns; /* whose attachments are shown; NULL: every namespace's */
	struct config config;
	struct auth auth;
	__u64 scrape_errors;
	int scrapes; /* whose output is being sent */
	bool verbose;
};

struct server {
	struct exporter *exporter;
	int socket; /* listens; stays open while the server is started anew */
	struct MHD_Daemon *daemon;
};

int server_start(struct server *server, struct xe_error *error);
void server_stop(struct server *server);

int server_fd(const struct server *server);
int server_timeout(const struct server *server); /* milliseconds for poll(2), -1: none */
void server_run(struct server *server);

#endif
