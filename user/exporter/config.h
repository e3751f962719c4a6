/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * config.h - the web configuration file of Prometheus' exporter-toolkit, as far as it is
 * supported here: TLS with client certificates, basic authentication, response headers.
 *
 * What the file may hold is described in README.md. A key that is not known, or
 * not supported, is refused: what protects must never be ignored in silence.
 */
#ifndef XE_CONFIG_H
#define XE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"

enum client_auth {
	CLIENT_NONE,            /* NoClientCert */
	CLIENT_REQUEST,         /* RequestClientCert: asked for, not looked at */
	CLIENT_REQUIRE_ANY,     /* RequireAnyClientCert: there has to be one */
	CLIENT_VERIFY_IF_GIVEN, /* VerifyClientCertIfGiven */
	CLIENT_REQUIRE,         /* RequireAndVerifyClientCert */
};

enum tls_version { TLS_1_2, TLS_1_3 };

struct config_user {
	char *name;
	char *hash; /* bcrypt */
};

struct config_header {
	char *name, *value;
};

/* Zeroed: plain HTTP, for everybody. */
struct config {
	bool tls;
	char *certificate, *key, *client_ca; /* PEM */
	enum client_auth client_auth;
	enum tls_version least, most;
	struct config_user *users;
	size_t user_count;
	struct config_header *headers;
	size_t header_count;
};

/* On failure, too, `config` is safe to free. */
int config_read(const char *path, struct config *config, struct xe_error *error);
void config_free(struct config *config);

#endif
