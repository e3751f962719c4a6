// SPDX-License-Identifier: GPL-2.0-only
/* cmd_stats.c - `xdp-echo stats`: every counter, once, or again and again with --watch. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "cmd_status.h"
#include "command.h"
#include "parse.h"
#include "render.h"
#include "survey.h"
#include "terminal.h"
#include "watch.h"
#include "watch_table.h"

struct session {
	const struct invocation *invocation;
	struct survey_scope scope;
	struct watch watch;
	struct terminal terminal; /* open only where there is one, and text is wanted */
	bool on_terminal;
	int timer, signals;
};

/* --- showing --------------------------------------------------------------------------------- */

static int draw(const struct session *session, struct xe_error *error)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	int err;

	if (!out)
		return xe_fail(error, errno, "%s", strerror(errno));
	watch_draw_table(out, &session->watch, &session->terminal, session->invocation->watch);
	err = fclose(out) ? -errno : terminal_draw(text, size);
	free(text);
	return err ? xe_fail(error, -err, "cannot draw: %s", strerror(-err)) : 0;
}

static int show_tick(const struct session *session, bool last, struct xe_error *error)
{
	if (session->invocation->json)
		return render_watch_json(&session->watch, last, error);
	if (session->on_terminal)
		return draw(session, error);
	watch_print_lines(stdout, &session->watch);
	if (fflush(stdout))
		return xe_fail(error, errno, "cannot write: %s", strerror(errno));
	return 0;
}

/* A screen is drawn at once; a line has rates to tell only after the first tick. */
static int first_tick(struct session *session, struct xe_error *error)
{
	int err = watch_sample(&session->watch, &session->scope, error);

	if (err || !session->on_terminal)
		return err;
	terminal_open(&session->terminal);
	return draw(session, error);
}

static int tick(struct session *session, bool last, struct xe_error *error)
{
	int err = watch_sample(&session->watch, &session->scope, error);

	return err ? err : show_tick(session, last, error);
}

/* What was counted until now, as `stats` shows it, below all that was shown before. */
static int show_totals(struct session *session, struct xe_error *error)
{
	int err;

	if (session->invocation->json)
		return tick(session, true, error);
	terminal_close(&session->terminal);
	err = watch_sample(&session->watch, &session->scope, error);
	if (!err && !session->on_terminal)
		putchar('\n');
	if (!err)
		render_watch_totals(&session->watch);
	return err;
}

/* --- the loop -------------------------------------------------------------------------------- */

static int open_timer(struct session *session, struct xe_error *error)
{
	double interval = session->invocation->watch;
	struct timespec every = {.tv_sec = interval};
	struct itimerspec times;

	every.tv_nsec = (interval - every.tv_sec) * 1e9;
	times = (struct itimerspec){every, every};
	session->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (session->timer < 0 || timerfd_settime(session->timer, 0, &times, NULL))
		return xe_fail(error, errno, "timerfd: %s", strerror(errno));
	return 0;
}

static int open_signals(struct session *session, struct xe_error *error)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGTSTP};
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		if (session->on_terminal || (signals[i] != SIGTSTP && signals[i] != SIGWINCH))
			sigaddset(&set, signals[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	session->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (session->signals < 0)
		return xe_fail(error, errno, "signalfd: %s", strerror(errno));
	return 0;
}

/* Ctrl-Z: the shell gets its screen, and we get ours back when we go on. */
static void pause_session(struct session *session)
{
	terminal_close(&session->terminal);
	raise(SIGSTOP);
	terminal_open(&session->terminal);
}

static int on_signal(struct session *session, bool *end, struct xe_error *error)
{
	struct signalfd_siginfo info;

	if (read(session->signals, &info, sizeof(info)) != sizeof(info))
		return 0;
	switch (info.ssi_signo) {
	case SIGTSTP:
		pause_session(session);
		return draw(session, error);
	case SIGWINCH:
		terminal_measure(&session->terminal);
		return draw(session, error);
	default:
		*end = true;
		return 0;
	}
}

static int on_timer(struct session *session, struct xe_error *error)
{
	__u64 expirations;

	if (read(session->timer, &expirations, sizeof(expirations)) != sizeof(expirations))
		return 0;
	return tick(session, false, error);
}

static void on_key(bool *end)
{
	char key;

	if (read(STDIN_FILENO, &key, 1) <= 0 || key == 'q' || key == 'Q')
		*end = true;
}

static int loop(struct session *session, struct xe_error *error)
{
	struct pollfd fds[] = {
		{.fd = session->timer, .events = POLLIN},
		{.fd = session->signals, .events = POLLIN},
		{.fd = session->terminal.reads_keys ? STDIN_FILENO : -1, .events = POLLIN},
	};
	bool end = false;
	int err = 0;

	while (!err && !end) {
		if (poll(fds, sizeof(fds) / sizeof(*fds), -1) < 0 && errno != EINTR)
			return xe_fail(error, errno, "poll: %s", strerror(errno));
		if (fds[1].revents)
			err = on_signal(session, &end, error);
		if (!err && !end && fds[0].revents)
			err = on_timer(session, error);
		if (!err && fds[2].revents)
			on_key(&end);
	}
	return err;
}

static int watch(struct invocation *invocation, struct xe_error *error)
{
	struct session session = {
		.invocation = invocation,
		.scope = survey_scope_of(invocation),
		.on_terminal = !invocation->json && terminal_is_there(),
		.timer = -1,
		.signals = -1,
	};
	int err = open_signals(&session, error);

	if (!err)
		err = open_timer(&session, error);
	if (!err)
		err = first_tick(&session, error);
	if (!err)
		err = loop(&session, error);
	if (!err)
		err = show_totals(&session, error);
	terminal_close(&session.terminal);
	watch_free(&session.watch);
	if (session.timer >= 0)
		close(session.timer);
	if (session.signals >= 0)
		close(session.signals);
	return err;
}

/* --- the command ----------------------------------------------------------------------------- */

static const struct renderer renderer = {render_stats_text, render_stats_json};

static int run(struct invocation *invocation, struct xe_error *error)
{
	return invocation->watch ? watch(invocation, error) : show(invocation, &renderer, error);
}

static int apply_watch(struct invocation *invocation, const char *value, struct xe_error *error)
{
	invocation->watch = 1;
	return value ? parse_decimal(value, "watch", 0.1, 86400, &invocation->watch, error) : 0;
}

static const struct option_spec options[] = {
	{"watch", "[SECONDS]", "what happens, every second or so often, until Ctrl-C", apply_watch},
	{},
};

const struct command command_stats = {
	.name = "stats",
	.arguments = "[IFACE...]",
	.help = "every counter, by interface and reason",
	.options = options,
	.run = run,
};
