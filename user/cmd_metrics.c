// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_metrics.c - `xdp-echo metrics`: once, as Prometheus' text format, for node_exporter's
 * textfile collector. cmd_exporter.c serves them over HTTP.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "metrics.h"
#include "output_file.h"
#include "survey.h"

static int render(const struct survey *survey, char **text, size_t *size, struct xe_error *error)
{
	const struct metrics_source source = {.list = survey->list,
					      .count = survey->count,
					      .broken = survey->broken,
					      .broken_count = survey->broken_count};
	FILE *out = open_memstream(text, size);
	int err;

	if (!out)
		return xe_fail(error, errno, "%s", strerror(errno));
	err = metrics_write(out, EXPOSITION_TEXT, &source, error);
	if (fclose(out) && !err)
		err = xe_fail(error, ENOMEM, "out of memory");
	return err;
}

static int print(const char *text, size_t size, struct xe_error *error)
{
	if (fwrite(text, 1, size, stdout) != size || fflush(stdout))
		return xe_fail(error, errno, "cannot write: %s", strerror(errno));
	return 0;
}

static int run(struct invocation *invocation, struct xe_error *error)
{
	const struct survey_scope scope = survey_scope_of(invocation);
	struct survey survey;
	char *text = NULL;
	size_t size = 0;
	int err = survey_open(&survey, &scope, error);

	if (!err)
		err = render(&survey, &text, &size, error);
	if (!err && invocation->output)
		err = output_file_write(invocation->output, text, size, error);
	else if (!err)
		err = print(text, size, error);
	if (!err && survey.broken_count) /* the metrics are there all the same, and say so, too */
		err = xe_fail(error, survey.broken->error.code, "%s", survey.broken->error.text);
	free(text);
	survey_close(&survey);
	return err;
}

static int apply_output(struct invocation *invocation, const char *value, struct xe_error *error)
{
	if (!value[0])
		return xe_fail(error, EINVAL, "output \"\": must be the name of a file");
	invocation->output = value;
	return 0;
}

static const struct option_spec options[] = {
	{"output", "FILE", "replace FILE by them, in one step", apply_output},
	{},
};

const struct command command_metrics = {
	.name = "metrics",
	.arguments = "[IFACE...]",
	.help = "the metrics, once, in Prometheus' text format",
	.options = options,
	.run = run,
};
