// SPDX-License-Identifier: GPL-2.0-only
/* tls.c - see tls.h. */
#include <errno.h>
#include <gnutls/x509.h>
#include <string.h>

#include "tls.h"

static gnutls_datum_t datum(const char *text)
{
	return (gnutls_datum_t){(unsigned char *)text, strlen(text)};
}

int tls_check(const struct config *config, struct xe_error *error)
{
	gnutls_certificate_credentials_t credentials;
	gnutls_datum_t certificate, key, client_ca;
	int result, err = 0;

	if (!config->tls)
		return 0;
	if (gnutls_certificate_allocate_credentials(&credentials) < 0)
		return xe_fail(error, ENOMEM, "out of memory");
	certificate = datum(config->certificate);
	key = datum(config->key);
	result = gnutls_certificate_set_x509_key_mem(credentials, &certificate, &key,
						     GNUTLS_X509_FMT_PEM);
	if (result < 0)
		err = xe_fail(error, EINVAL, "tls_server_config: cert_file and key_file: %s",
			      gnutls_strerror(result));
	if (!err && config->client_ca) {
		client_ca = datum(config->client_ca);
		if (gnutls_certificate_set_x509_trust_mem(credentials, &client_ca,
							  GNUTLS_X509_FMT_PEM) <= 0)
			err = xe_fail(error, EINVAL,
				      "tls_server_config: client_ca_file holds no certificate");
	}
	gnutls_certificate_free_credentials(credentials);
	return err;
}

const char *tls_priorities(const struct config *config)
{
	if (config->least == TLS_1_3)
		return "NORMAL:-VERS-ALL:+VERS-TLS1.3";
	if (config->most == TLS_1_2)
		return "NORMAL:-VERS-ALL:+VERS-TLS1.2";
	return "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";
}

/* Not 0 ends the handshake. The certificate has to be one for TLS clients (RFC 5280, 4.2.1.12). */
static int verify(gnutls_session_t session)
{
	gnutls_typed_vdata_st purpose = {.type = GNUTLS_DT_KEY_PURPOSE_OID,
					 .data = (unsigned char *)GNUTLS_KP_TLS_WWW_CLIENT};
	unsigned int status = ~0U;

	return gnutls_certificate_verify_peers(session, &purpose, 1, &status) < 0 || status;
}

static int verify_if_given(gnutls_session_t session)
{
	unsigned int count = 0;

	gnutls_certificate_get_peers(session, &count);
	return count ? verify(session) : 0;
}

void tls_prepare(gnutls_session_t session, const struct config *config)
{
	switch (config->client_auth) {
	case CLIENT_NONE:
		break;
	case CLIENT_REQUEST:
		gnutls_certificate_server_set_request(session, GNUTLS_CERT_REQUEST);
		break;
	case CLIENT_REQUIRE_ANY:
		gnutls_certificate_server_set_request(session, GNUTLS_CERT_REQUIRE);
		break;
	case CLIENT_VERIFY_IF_GIVEN:
		gnutls_certificate_server_set_request(session, GNUTLS_CERT_REQUEST);
		gnutls_session_set_verify_function(session, verify_if_given);
		break;
	case CLIENT_REQUIRE:
		gnutls_certificate_server_set_request(session, GNUTLS_CERT_REQUIRE);
		gnutls_session_set_verify_function(session, verify);
		break;
	}
}
