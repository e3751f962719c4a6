// SPDX-License-Identifier: GPL-2.0-only
/* main.c - the commands of xdp-echo. */
#include <stddef.h>

#include "cli.h"

const struct command *const commands[] = {
	&command_attach, &command_set,      &command_detach,
	&command_status, &command_stats,    &command_metrics,
	&command_check,  &command_exporter, NULL,
};

int main(int argc, char **argv)
{
	return cli_run(argc, argv);
}
