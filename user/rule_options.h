/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rule_options.h - the options that say who is answered and how often: those of
 * `attach` and `set` alike.
 */
#ifndef XE_RULE_OPTIONS_H
#define XE_RULE_OPTIONS_H

#include "command.h"

/* Each also notes in invocation->parts that it was given. Ends with a NULL name. */
extern const struct option_spec rule_options[];

#endif
