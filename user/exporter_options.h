/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * exporter_options.h - the options of the exporter: of the command that starts it, and its own.
 */
#ifndef XE_EXPORTER_OPTIONS_H
#define XE_EXPORTER_OPTIONS_H

#include "command.h"

extern const struct option_spec exporter_options[];

#define EXPORTER_HELP "serve the metrics over HTTP, in the foreground, until SIGTERM"

#endif
