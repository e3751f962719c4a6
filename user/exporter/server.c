// SPDX-License-Identifier: GPL-2.0-only
/* server.c - see server.h: the connections. What is answered is in pages.c. */
#include <errno.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "pages.h"
#include "server.h"
#include "tls.h"

/*
 * Each connection takes MEMORY at most, and a little of the kernel's; one that
 * says nothing for IDLE seconds is closed. One address cannot take them all.
 */
#define CONNECTIONS 1000
#define CONNECTIONS_OF_ONE 500
#define MEMORY 8192
#define IDLE 10
#define SPARE_FILES 32 /* beside the connections: what a scrape opens, and sockets */

static void log_message(void *context, const char *format, va_list args)
{
	const struct exporter *exporter = context;

	if (!exporter->verbose) /* a stranger must not be able to fill the log */
		return;
	fputs("xdp-echo: ", stderr);
	vfprintf(stderr, format, args);
}

static void on_connection(void *context, struct MHD_Connection *connection, void **socket_context,
			  enum MHD_ConnectionNotificationCode code)
{
	const struct exporter *exporter = context;
	const union MHD_ConnectionInfo *info;

	(void)socket_context;
	if (code != MHD_CONNECTION_NOTIFY_STARTED || !exporter->config.tls)
		return;
	info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
	if (info)
		tls_prepare(info->tls_session, &exporter->config);
}

static unsigned int connection_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return CONNECTIONS / 2;
	limit.rlim_cur = limit.rlim_max;
	if (limit.rlim_cur > 2 * CONNECTIONS)
		limit.rlim_cur = 2 * CONNECTIONS;
	setrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_cur >= CONNECTIONS + SPARE_FILES)
		return CONNECTIONS;
	return limit.rlim_cur > 2 * SPARE_FILES ? limit.rlim_cur - SPARE_FILES : SPARE_FILES;
}

/* Ends with MHD_OPTION_END; a client CA may be missing. */
static void tls_options(const struct config *config, struct MHD_OptionItem *items)
{
	*items++ = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_CERT, 0, config->certificate};
	*items++ = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_KEY, 0, config->key};
	*items++ = (struct MHD_OptionItem){MHD_OPTION_HTTPS_PRIORITIES, 0,
					   (char *)tls_priorities(config)};
	if (config->client_ca)
		*items++ =
			(struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_TRUST, 0, config->client_ca};
	*items = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
}

int server_start(struct server *server, struct xe_error *error)
{
	struct exporter *exporter = server->exporter;
	struct MHD_OptionItem tls[8] = {{MHD_OPTION_END, 0, NULL}};
	unsigned int flags = MHD_USE_EPOLL | MHD_USE_ERROR_LOG;
	int socket = fcntl(server->socket, F_DUPFD_CLOEXEC, 0);

	if (socket < 0)
		return xe_fail(error, errno, "cannot listen: %s", strerror(errno));
	if (exporter->config.tls) {
		flags |= MHD_USE_TLS;
		tls_options(&exporter->config, tls);
	}
	server->daemon = MHD_start_daemon(
		flags, 0, NULL, NULL, pages_answer, exporter, MHD_OPTION_EXTERNAL_LOGGER,
		log_message, exporter, MHD_OPTION_LISTEN_SOCKET, socket,
		MHD_OPTION_CONNECTION_LIMIT, connection_limit(), MHD_OPTION_PER_IP_CONNECTION_LIMIT,
		(unsigned int)CONNECTIONS_OF_ONE, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned int)IDLE,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY, MHD_OPTION_NOTIFY_CONNECTION,
		on_connection, exporter, MHD_OPTION_NOTIFY_COMPLETED, pages_completed, exporter,
		MHD_OPTION_ARRAY, tls, MHD_OPTION_END);
	if (server->daemon)
		return 0;
	close(socket);
	return xe_fail(error, EIO, "cannot start the HTTP server; --verbose says more");
}

void server_stop(struct server *server)
{
	if (server->daemon)
		MHD_stop_daemon(server->daemon); /* closes its copy of the socket */
	server->daemon = NULL;
}

int server_fd(const struct server *server)
{
	return MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
}

int server_timeout(const struct server *server)
{
	MHD_UNSIGNED_LONG_LONG milliseconds;

	if (MHD_get_timeout(server->daemon, &milliseconds) != MHD_YES)
		return -1;
	return milliseconds < 60000 ? (int)milliseconds : 60000;
}

void server_run(struct server *server)
{
	MHD_run(server->daemon);
}
