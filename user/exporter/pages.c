// SPDX-License-Identifier: GPL-2.0-only
/* pages.c - see pages.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "accept.h"
#include "metrics.h"
#include "pages.h"
#include "server.h"
#include "survey.h"

/* Scrapes whose output is held in memory at once, for clients that read slowly. */
#define MAX_SCRAPES 16

/* What a request points at, to be told apart when it is completed. */
static char begun, scraping;

static const char index_page[] =
	"<!DOCTYPE html>\n"
	"<html lang=\"en\">\n"
	"<head><meta charset=\"utf-8\"><title>xdp-echo exporter</title></head>\n"
	"<body>\n"
	"<h1>xdp-echo exporter</h1>\n"
	"<p>Version " XE_VERSION "</p>\n"
	"<ul>\n"
	"<li><a href=\"/metrics\">/metrics</a>: for Prometheus</li>\n"
	"<li><a href=\"/healthz\">/healthz</a>: for whoever watches this exporter</li>\n"
	"</ul>\n"
	"</body>\n"
	"</html>\n";

static struct MHD_Response *constant(const char *text)
{
	return MHD_create_response_from_buffer(strlen(text), (char *)text, MHD_RESPMEM_PERSISTENT);
}

static enum MHD_Result queue(const struct exporter *exporter, struct MHD_Connection *connection,
			     unsigned int status, const char *type, struct MHD_Response *response)
{
	enum MHD_Result result;

	if (!response)
		return MHD_NO;
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	for (size_t i = 0; i < exporter->config.header_count; i++)
		MHD_add_response_header(response, exporter->config.headers[i].name,
					exporter->config.headers[i].value);
	result = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result say(const struct exporter *exporter, struct MHD_Connection *connection,
			   unsigned int status, const char *text)
{
	return queue(exporter, connection, status, "text/plain; charset=utf-8", constant(text));
}

/* --- metrics --------------------------------------------------------------------------------- */

static int render(struct exporter *exporter, enum exposition_format format, char **text,
		  size_t *size, struct xe_error *error)
{
	const struct survey_scope scope = {.netns = exporter->netns};
	FILE *out = open_memstream(text, size);
	struct survey survey;
	int err;

	if (!out)
		return xe_fail(error, ENOMEM, "out of memory");
	err = survey_open(&survey, &scope, error);
	exporter->scrape_errors += err ? 1 : survey.broken_count;
	if (!err) {
		const struct metrics_source source = {.list = survey.list,
						      .count = survey.count,
						      .broken = survey.broken,
						      .broken_count = survey.broken_count,
						      .scrape_errors = &exporter->scrape_errors};

		err = metrics_write(out, format, &source, error);
	}
	survey_close(&survey);
	if (fclose(out) && !err)
		err = xe_fail(error, ENOMEM, "out of memory");
	return err;
}

static enum MHD_Result metrics(struct exporter *exporter, struct MHD_Connection *connection,
			       void **request)
{
	enum exposition_format format = accept_choose(
		MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_ACCEPT));
	struct xe_error error = {};
	char *text = NULL;
	size_t size = 0;

	if (exporter->scrapes >= MAX_SCRAPES)
		return say(exporter, connection, MHD_HTTP_SERVICE_UNAVAILABLE,
			   "too many scrapes at once\n");
	if (render(exporter, format, &text, &size, &error)) {
		free(text);
		fprintf(stderr, "xdp-echo: %s\n", error.text);
		return say(exporter, connection, MHD_HTTP_INTERNAL_SERVER_ERROR,
			   "cannot read what is attached\n");
	}
	exporter->scrapes++;
	*request = &scraping;
	return queue(exporter, connection, MHD_HTTP_OK, exposition_content_type(format),
		     MHD_create_response_from_buffer(size, text, MHD_RESPMEM_MUST_FREE));
}

void pages_completed(void *context, struct MHD_Connection *connection, void **request,
		     enum MHD_RequestTerminationCode code)
{
	struct exporter *exporter = context;

	(void)connection;
	(void)code;
	if (*request == &scraping)
		exporter->scrapes--;
	*request = NULL;
}

/* --- who may --------------------------------------------------------------------------------- */

static enum MHD_Result ask_for_password(const struct exporter *exporter,
					struct MHD_Connection *connection)
{
	struct MHD_Response *response = constant("a user and a password, please\n");

	if (response)
		MHD_add_response_header(response, MHD_HTTP_HEADER_WWW_AUTHENTICATE,
					"Basic realm=\"xdp-echo\"");
	return queue(exporter, connection, MHD_HTTP_UNAUTHORIZED, "text/plain; charset=utf-8",
		     response);
}

/* True if the request may go on; else it was answered, with *result. */
static bool may_read(struct exporter *exporter, struct MHD_Connection *connection,
		     enum MHD_Result *result)
{
	const union MHD_ConnectionInfo *client;
	enum auth_result verdict = AUTH_WRONG;
	char *password = NULL, *user;

	if (!exporter->config.user_count)
		return true;
	user = MHD_basic_auth_get_username_password(connection, &password);
	client = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	if (user && password)
		verdict = auth_check(&exporter->auth, &exporter->config, user, password,
				     client ? client->client_addr : NULL);
	if (password)
		explicit_bzero(password, strlen(password));
	MHD_free(user);
	MHD_free(password);
	if (verdict == AUTH_TOO_MANY)
		*result = say(exporter, connection, MHD_HTTP_TOO_MANY_REQUESTS,
			      "too many passwords tried\n");
	else if (verdict == AUTH_WRONG)
		*result = ask_for_password(exporter, connection);
	return verdict == AUTH_RIGHT;
}

/* --- requests -------------------------------------------------------------------------------- */

static enum MHD_Result refuse_method(const struct exporter *exporter,
				     struct MHD_Connection *connection)
{
	struct MHD_Response *response = constant("only GET and HEAD\n");

	if (response)
		MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
	return queue(exporter, connection, MHD_HTTP_METHOD_NOT_ALLOWED, "text/plain; charset=utf-8",
		     response);
}

enum MHD_Result pages_answer(void *context, struct MHD_Connection *connection, const char *url,
			     const char *method, const char *version, const char *upload,
			     size_t *upload_size, void **request)
{
	struct exporter *exporter = context;
	enum MHD_Result result = MHD_NO;

	(void)version;
	(void)upload;
	if (strcmp(method, MHD_HTTP_METHOD_GET) && strcmp(method, MHD_HTTP_METHOD_HEAD))
		return refuse_method(exporter, connection);
	if (!*request) { /* the headers are there; a body, which is ignored, may follow */
		*request = &begun;
		return MHD_YES;
	}
	if (*upload_size) {
		*upload_size = 0;
		return MHD_YES;
	}
	if (!may_read(exporter, connection, &result))
		return result;
	if (!strcmp(url, "/metrics"))
		return metrics(exporter, connection, request);
	if (!strcmp(url, "/healthz"))
		return say(exporter, connection, MHD_HTTP_OK, "ok\n");
	if (!strcmp(url, "/"))
		return queue(exporter, connection, MHD_HTTP_OK, "text/html; charset=utf-8",
			     constant(index_page));
	return say(exporter, connection, MHD_HTTP_NOT_FOUND, "not found; see /metrics\n");
}
