// SPDX-License-Identifier: GPL-2.0-only
/* cmd_status.c - `xdp-echo status`: what the pins say; no process is asked. */
#include <stdio.h>

#include "cmd_status.h"
#include "command.h"
#include "render.h"
#include "survey.h"

/* What can be read is shown; that something else could not be read is the command's failure. */
int show(const struct invocation *invocation, const struct renderer *renderer,
	 struct xe_error *error)
{
	const struct survey_scope scope = survey_scope_of(invocation);
	struct survey survey;
	int err = survey_open(&survey, &scope, error);

	if (!err && invocation->json)
		err = renderer->json(survey.list, survey.count, error);
	else if (!err)
		renderer->text(survey.list, survey.count);
	if (!err && survey.broken_count) {
		fflush(stdout);
		err = xe_fail(error, survey.broken->error.code, "%s", survey.broken->error.text);
	}
	survey_close(&survey);
	return err;
}

static const struct renderer status_renderer = {render_status_text, render_status_json};

int show_status(const struct invocation *invocation, struct xe_error *error)
{
	return show(invocation, &status_renderer, error);
}

static int run_status(struct invocation *invocation, struct xe_error *error)
{
	return show_status(invocation, error);
}

const struct command command_status = {
	.name = "status",
	.arguments = "[IFACE...]",
	.help = "what is attached, by which path and why",
	.run = run_status,
};
