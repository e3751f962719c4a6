// SPDX-License-Identifier: GPL-2.0-only
/* cli.c - see cli.h: options before and after a command, help, exit status. */
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bpf_log.h"
#include "cli.h"
#include "command.h"
#include "netns.h"
#include "nic.h"
#include "policy.h"
#include "render.h"

enum exit_status { DONE = 0, FAILED = 1, WRONG_USAGE = 2 };

#define MAX_OPTIONS 32

int usage_error(struct xe_error *error, const char *format, ...)
{
	va_list args;

	if (error->code)
		return -error->code;
	error->code = EINVAL;
	error->is_usage = true;
	va_start(args, format);
	vsnprintf(error->text, sizeof(error->text), format, args);
	va_end(args);
	return -EINVAL;
}

/* --- options of every command ---------------------------------------------------------------- */

static int apply_netns(struct invocation *invocation, const char *value, struct xe_error *error)
{
	if (snprintf(invocation->netns, sizeof(invocation->netns), "%s", value) >=
	    (int)sizeof(invocation->netns))
		return xe_fail(error, ENAMETOOLONG, "netns \"%s\": name too long", value);
	invocation->netns_given = true;
	return 0;
}

static int apply_json(struct invocation *invocation, const char *value, struct xe_error *error)
{
	(void)value;
	(void)error;
	invocation->json = true;
	return 0;
}

static int apply_verbose(struct invocation *invocation, const char *value, struct xe_error *error)
{
	(void)value;
	(void)error;
	invocation->verbose = true;
	return 0;
}

static const struct option_spec common[] = {
	{"netns", "NAME", "act in this network namespace, as ip -n does", apply_netns},
	{"json", NULL, "print JSON, errors too", apply_json},
	{"verbose", NULL, "print what libbpf and the verifier say (-v)", apply_verbose},
	{},
};

/* --- help ------------------------------------------------------------------------------------ */

static void print_options(const struct option_spec *options)
{
	char left[64];

	for (; options && options->name; options++) {
		snprintf(left, sizeof(left), "--%s%s%s", options->name,
			 options->argument ? " " : "", options->argument ? options->argument : "");
		printf("    %-25s %s\n", left, options->help);
	}
}

static void print_help(const struct command *only)
{
	printf("Usage: xdp-echo [OPTION...] %s [OPTION...] %s\n", only ? only->name : "COMMAND",
	       only ? only->arguments : "[IFACE...]");
	if (!only)
		printf("Answers UDP pings in the kernel, on the network interface they arrive "
		       "on.\n");
	for (size_t i = 0; commands[i]; i++) {
		if (only && only != commands[i])
			continue;
		printf("\n  %s%s%s\n    %s\n", commands[i]->name,
		       commands[i]->arguments[0] ? " " : "", commands[i]->arguments,
		       commands[i]->help);
		print_options(commands[i]->options);
		print_options(commands[i]->more_options);
	}
	printf("\n  with every command\n");
	print_options(common);
	printf("    %-25s %s\n    %-25s %s\n", "--help", "this text", "--version", "the version");
	printf("\nExit status: 0 done, 1 failed, 2 wrong usage.\n");
}

/* --- parsing --------------------------------------------------------------------------------- */

static int argument_kind(const struct option_spec *option)
{
	if (!option->argument)
		return no_argument;
	return option->argument[0] == '[' ? optional_argument : required_argument;
}

/* getopt's table out of ours; `specs` gives each entry's origin. */
static void collect(const struct option_spec *options, struct option *table,
		    const struct option_spec **specs, int *count)
{
	for (; options && options->name && *count < MAX_OPTIONS; options++, (*count)++) {
		table[*count] = (struct option){
			.name = options->name,
			.has_arg = argument_kind(options),
			.val = 256 + *count,
		};
		specs[*count] = options;
	}
}

/* getopt sees an optional value only behind "="; a number in the next word is one, too. */
static const char *option_value(const struct option_spec *spec, char **argv)
{
	const char *next = argv[optind];

	if (optarg || argument_kind(spec) != optional_argument || !next ||
	    !isdigit((unsigned char)next[0]) || next[strspn(next, "0123456789.")])
		return optarg;
	optind++;
	return next;
}

static int apply_option(const struct option_spec *spec, struct invocation *invocation, char **argv,
			struct xe_error *error)
{
	int err = spec->apply(invocation, option_value(spec, argv), error);

	if (err)
		error->is_usage = true;
	return err;
}

enum { HELP = 'h', VERSION = 'V' };

/*
 * Reads options up to the first word (`stop_early`) or all of them, wherever
 * they stand. Returns 1 when --help or --version was answered.
 */
static int parse_options(int argc, char **argv, const struct command *command, bool stop_early,
			 struct invocation *invocation, struct xe_error *error)
{
	struct option table[MAX_OPTIONS + 3] = {};
	const struct option_spec *specs[MAX_OPTIONS];
	int count = 0, choice, err = 0;

	collect(common, table, specs, &count);
	if (command) {
		collect(command->options, table, specs, &count);
		collect(command->more_options, table, specs, &count);
	}
	table[count] = (struct option){.name = "help", .val = HELP};
	table[count + 1] = (struct option){.name = "version", .val = VERSION};

	optind = 0; /* glibc: start anew */
	opterr = 0;
	while (!err && (choice = getopt_long(argc, argv, stop_early ? "+:hVv" : ":hVv", table,
					     NULL)) != -1) {
		const char *word = argv[optind - 1];

		if (choice == HELP)
			return print_help(command), 1;
		if (choice == VERSION)
			return puts("xdp-echo " XE_VERSION), 1;
		if (choice == 'v')
			err = apply_verbose(invocation, NULL, error);
		else if (choice == ':')
			err = usage_error(error, "option %s needs a value", word);
		else if (choice == '?')
			err = usage_error(error, "unknown option %s; see: xdp-echo %s%s--help",
					  word, command ? command->name : "", command ? " " : "");
		else
			err = apply_option(specs[choice - 256], invocation, argv, error);
	}
	return err;
}

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; commands[i]; i++)
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	return NULL;
}

static int enter_netns(struct invocation *invocation, struct xe_error *error)
{
	if (invocation->netns_given)
		return netns_enter(invocation->netns, error);
	return netns_identify(invocation->netns, sizeof(invocation->netns), error);
}

/*
 * An interface may be called by an alternative name (`ip link property`), which
 * may be longer; what is attached is found under the name that the kernel gives.
 */
static void use_kernel_names(struct invocation *invocation)
{
	for (int i = 0; i < invocation->interface_count; i++) {
		struct xe_error none = {};
		struct nic nic;
		char *name;

		if (nic_find(invocation->interfaces[i], &nic, &none))
			continue; /* the command says so, or knows it from what it left behind */
		name = strdup(nic.name);
		if (name)
			invocation->interfaces[i] = name;
	}
}

static int parse(int argc, char **argv, struct invocation *invocation,
		 const struct command **command, struct xe_error *error)
{
	int err = parse_options(argc, argv, NULL, true, invocation, error);

	if (err)
		return err;
	if (optind >= argc)
		return usage_error(error, "no command; see: xdp-echo --help");
	*command = find_command(argv[optind]);
	if (!*command)
		return usage_error(error, "unknown command \"%s\"; see: xdp-echo --help",
				   argv[optind]);
	argv += optind;
	argc -= optind;
	err = parse_options(argc, argv, *command, false, invocation, error);
	invocation->interfaces = argv + optind;
	invocation->interface_count = argc - optind;
	return err;
}

/* An error found before --json was read is JSON too, if --json stands anywhere. */
static bool wants_json(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (!strcmp(argv[i], "--json"))
			return true;
	return false;
}

int cli_run(int argc, char **argv)
{
	static struct invocation invocation;
	const struct command *command = NULL;
	struct xe_error error = {};
	int err;

	invocation.argv = argv;
	invocation.request.path = XE_PATHS;
	policy_init(&invocation.policy);
	err = parse(argc, argv, &invocation, &command, &error);
	if (err > 0)
		return DONE;
	bpf_log_init(invocation.verbose);
	if (!err)
		err = enter_netns(&invocation, &error);
	if (!err)
		use_kernel_names(&invocation);
	if (!err && command) /* there is one, or parse() had failed */
		err = command->run(&invocation, &error);
	if (!err)
		return DONE;
	render_error(&error, wants_json(argc, argv));
	return error.is_usage ? WRONG_USAGE : FAILED;
}
