/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tls.h - what libmicrohttpd leaves to us of TLS (GnuTLS): versions and client certificates.
 */
#ifndef XE_TLS_H
#define XE_TLS_H

#include <gnutls/gnutls.h>

#include "config.h"

/* Certificate, key and client CA are what they should be, and belong together. */
int tls_check(const struct config *config, struct xe_error *error);

/* GnuTLS' priority string for the versions that are allowed. */
const char *tls_priorities(const struct config *config);

/*
 * Before the handshake of a new connection. What it asks for is enforced within
 * the handshake: no request is read from a client that has not proved itself.
 */
void tls_prepare(gnutls_session_t session, const struct config *config);

#endif
