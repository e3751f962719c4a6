/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * command.h - what a command line says, and the commands that it can name.
 */
#ifndef XE_COMMAND_H
#define XE_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "abi.h"
#include "error.h"
#include "prefix_list.h"

#define MAX_LISTEN 8

/* One command line, parsed. Options that a command does not take stay at their defaults. */
struct invocation {
	bool json;
	bool verbose;
	bool netns_given;
	bool all;
	bool foreground;
	char netns[XE_TEXT_MAX]; /* where the command acts; "" is the initial namespace */
	struct xe_policy policy;
	unsigned int parts; /* which of the rules were given: enum policy_part */
	struct prefix_list prefixes;
	struct xe_request request;
	double watch;       /* of stats: seconds between ticks; 0 shows the counters once */
	const char *output; /* of metrics: the file to write, or NULL for stdout */
	const char *listen[MAX_LISTEN]; /* of exporter: ADDR:PORT */
	int listen_count;
	const char *web_config; /* of exporter: a file, or NULL */
	char **argv;            /* all of the command line */
	char **interfaces;
	int interface_count;
};

/*
 * The namespace to which a command without interfaces is limited, or NULL for
 * all of them: the one given with --netns, or the one that the command was
 * started in, unless that is the initial one.
 */
static inline const char *invocation_scope(const struct invocation *invocation)
{
	return invocation->netns_given || invocation->netns[0] ? invocation->netns : NULL;
}

struct option_spec {
	const char *name;
	const char *argument; /* NULL: takes none; in brackets: a number that may be left out */
	const char *help;
	int (*apply)(struct invocation *invocation, const char *value, struct xe_error *error);
};

struct command {
	const char *name;
	const char *arguments;
	const char *help;
	const struct option_spec *options;      /* ends with a NULL name; NULL for none */
	const struct option_spec *more_options; /* the same: those shared with other commands */
	int (*run)(struct invocation *invocation, struct xe_error *error);
};

/* The command line is wrong: as xe_fail, and the exit status will be 2. */
int usage_error(struct xe_error *error, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

extern const struct command command_attach, command_detach, command_status, command_stats,
	command_metrics, command_check, command_exporter, command_set;

#endif
