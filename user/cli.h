/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cli.h - the command line, for each program that has one.
 */
#ifndef XE_CLI_H
#define XE_CLI_H

#include "command.h"

/* What the program can do, for it to define; ends with NULL. */
extern const struct command *const commands[];

/* Does what the command line says. Returns the exit status. */
int cli_run(int argc, char **argv);

#endif
