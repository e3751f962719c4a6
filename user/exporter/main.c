// SPDX-License-Identifier: GPL-2.0-only
/* main.c - xdp-echo-exporter: started by `xdp-echo exporter`, whose command line it understands. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "cli.h"
#include "exporter_options.h"
#include "listen.h"
#include "notify.h"
#include "sandbox.h"
#include "server.h"
#include "survey.h"
#include "tls.h"

struct service {
	const struct invocation *invocation;
	struct exporter exporter;
	struct server servers[MAX_LISTEN];
	int count;
	int signals;
};

/* --- beginning ------------------------------------------------------------------------------- */

static int read_config(const struct invocation *invocation, struct config *config,
		       struct xe_error *error)
{
	int err;

	if (!invocation->web_config)
		return 0;
	err = config_read(invocation->web_config, config, error);
	return err ? err : tls_check(config, error);
}

static int open_sockets(struct service *service, struct xe_error *error)
{
	const struct invocation *invocation = service->invocation;
	int wanted = invocation->listen_count;

	for (int i = 0; i < (wanted ? wanted : 1); i++) {
		const char *text = wanted ? invocation->listen[i] : LISTEN_DEFAULT;
		char address[128];
		int socket = listen_open(text, address, sizeof(address), error);

		if (socket < 0)
			return socket;
		service->servers[i] = (struct server){&service->exporter, socket, NULL};
		service->count = i + 1;
		fprintf(stderr, "xdp-echo: listening on http%s://%s/metrics\n",
			service->exporter.config.tls ? "s" : "", address);
	}
	return 0;
}

static int open_signals(struct service *service, struct xe_error *error)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	service->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return service->signals < 0 ? xe_fail(error, errno, "signalfd: %s", strerror(errno)) : 0;
}

/* Finds the pins while we may look everywhere: later on, we may not. */
static int look_once(const struct service *service, struct xe_error *error)
{
	const struct survey_scope scope = {.netns = service->exporter.netns};
	struct survey survey;
	int err = survey_open(&survey, &scope, error);

	survey_close(&survey);
	return err;
}

static int start_servers(struct service *service, struct xe_error *error)
{
	int err = 0;

	for (int i = 0; i < service->count && !err; i++)
		err = server_start(&service->servers[i], error);
	return err;
}

static int begin(struct service *service, struct xe_error *error)
{
	int err = read_config(service->invocation, &service->exporter.config, error);

	if (!err)
		err = auth_init(&service->exporter.auth, error);
	if (!err)
		err = look_once(service, error);
	if (!err)
		err = open_sockets(service, error);
	if (!err)
		err = open_signals(service, error);
	if (!err)
		err = start_servers(service, error);
	return err ? err : sandbox_enter(error);
}

/* --- running --------------------------------------------------------------------------------- */

static void stop_servers(struct service *service)
{
	for (int i = 0; i < service->count; i++)
		server_stop(&service->servers[i]);
}

/* New certificates and passwords, or, if they are not right, the old ones. */
static int reload(struct service *service, struct xe_error *error)
{
	struct config config = {};
	struct xe_error refused = {};

	if (read_config(service->invocation, &config, &refused)) {
		fprintf(stderr, "xdp-echo: not reloaded: %s\n", refused.text);
		config_free(&config);
		return 0;
	}
	stop_servers(service);
	config_free(&service->exporter.config);
	service->exporter.config = config;
	fprintf(stderr, "xdp-echo: reloaded\n");
	return start_servers(service, error);
}

static int on_signal(struct service *service, bool *end, struct xe_error *error)
{
	struct signalfd_siginfo info;

	if (read(service->signals, &info, sizeof(info)) != sizeof(info))
		return 0;
	if (info.ssi_signo == SIGHUP)
		return reload(service, error);
	*end = true;
	return 0;
}

static int shorter(int one, int other)
{
	return one < 0 || (other >= 0 && other < one) ? other : one;
}

/* Waits until a server or a signal has something to do. */
static int wait_for_work(const struct service *service, struct pollfd *fds, struct xe_error *error)
{
	int timeout = -1;

	fds[0] = (struct pollfd){.fd = service->signals, .events = POLLIN};
	for (int i = 0; i < service->count; i++) {
		fds[1 + i] =
			(struct pollfd){.fd = server_fd(&service->servers[i]), .events = POLLIN};
		timeout = shorter(timeout, server_timeout(&service->servers[i]));
	}
	if (poll(fds, 1 + service->count, timeout) < 0 && errno != EINTR)
		return xe_fail(error, errno, "poll: %s", strerror(errno));
	return 0;
}

static int serve(struct service *service, struct xe_error *error)
{
	struct pollfd fds[1 + MAX_LISTEN];
	bool end = false;
	int err = 0;

	while (!err && !end) {
		err = wait_for_work(service, fds, error);
		for (int i = 0; i < service->count && !err; i++)
			server_run(&service->servers[i]);
		if (!err && fds[0].revents)
			err = on_signal(service, &end, error);
	}
	return err;
}

static int run(struct invocation *invocation, struct xe_error *error)
{
	struct service service = {
		.invocation = invocation,
		.exporter = {.netns = invocation_scope(invocation), .verbose = invocation->verbose},
		.signals = -1,
	};
	int err;

	if (invocation->interface_count)
		return usage_error(error, "exporter: shows every interface, and takes no names");
	err = begin(&service, error);
	if (!err) {
		notify_systemd("READY=1");
		err = serve(&service, error);
		notify_systemd("STOPPING=1");
	}
	stop_servers(&service);
	for (int i = 0; i < service.count; i++)
		close(service.servers[i].socket);
	if (service.signals >= 0)
		close(service.signals);
	config_free(&service.exporter.config);
	return err;
}

static const struct command exporter = {
	.name = "exporter",
	.arguments = "",
	.help = EXPORTER_HELP,
	.options = exporter_options,
	.run = run,
};

const struct command *const commands[] = {&exporter, NULL};

int main(int argc, char **argv)
{
	return cli_run(argc, argv);
}
