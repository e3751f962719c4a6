// SPDX-License-Identifier: GPL-2.0-only
/* exporter_options.c - see exporter_options.h. */
#include <errno.h>

#include "exporter_options.h"

static int apply_listen(struct invocation *invocation, const char *value, struct xe_error *error)
{
	if (invocation->listen_count == MAX_LISTEN)
		return xe_fail(error, E2BIG, "listen \"%s\": at most %d can be given", value,
			       MAX_LISTEN);
	invocation->listen[invocation->listen_count++] = value;
	return 0;
}

static int apply_web_config(struct invocation *invocation, const char *value,
			    struct xe_error *error)
{
	(void)error;
	invocation->web_config = value;
	return 0;
}

const struct option_spec exporter_options[] = {
	{"listen", "ADDR:PORT", "where to listen (default 127.0.0.1:11007); repeatable",
	 apply_listen},
	{"web.config.file", "FILE", "TLS and passwords, as Prometheus' own exporters take them",
	 apply_web_config},
	{},
};
