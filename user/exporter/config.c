// SPDX-License-Identifier: GPL-2.0-only
/* config.c - see config.h; libyaml reads the YAML, this walks its nodes. */
#include <crypt.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <yaml.h>

#include "config.h"

#define MAX_FILE (1 << 20)
#define MAX_COST 14 /* a second or so for each wrong password */

struct reader {
	const char *path;
	yaml_document_t document;
	struct config *config;
	struct xe_error *error;
};

/* One key of a mapping. `apply` NULL: known to the toolkit, not supported here. */
struct key {
	const char *name;
	int (*apply)(struct reader *reader, const yaml_node_t *value);
};

static int fail(struct reader *reader, const yaml_node_t *node, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int fail(struct reader *reader, const yaml_node_t *node, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return xe_fail(reader->error, EINVAL, "%s:%zu: %s", reader->path, node->start_mark.line + 1,
		       text);
}

/* --- nodes ----------------------------------------------------------------------------------- */

static yaml_node_t *node_at(struct reader *reader, int index)
{
	return yaml_document_get_node(&reader->document, index);
}

static const char *scalar(const yaml_node_t *node)
{
	return node->type == YAML_SCALAR_NODE ? (const char *)node->data.scalar.value : NULL;
}

/* "key:" with nothing behind it. */
static bool is_empty(const yaml_node_t *node)
{
	const char *text = scalar(node);

	return text && node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
	       (!text[0] || !strcmp(text, "~") || !strcmp(text, "null"));
}

/* A malloc'ed copy, or NULL and the error filled in. */
static char *copy_scalar(struct reader *reader, const yaml_node_t *node, const char *what)
{
	const char *value = scalar(node);
	char *text = NULL;

	if (!value || !value[0])
		fail(reader, node, "%s must be a text", what);
	else if (strlen(value) != node->data.scalar.length)
		fail(reader, node, "%s must not contain a zero byte", what);
	else
		text = strdup(value);
	if (!text) /* the first failure counts */
		xe_fail(reader->error, ENOMEM, "out of memory");
	return text;
}

static int unknown_key(struct reader *reader, const yaml_node_t *node, const struct key *keys)
{
	char known[256] = "";

	for (; keys->name; keys++)
		if (keys->apply)
			snprintf(known + strlen(known), sizeof(known) - strlen(known), "%s%s",
				 known[0] ? ", " : "", keys->name);
	return fail(reader, node, "unknown key \"%s\"; known here: %s", scalar(node), known);
}

static int apply_key(struct reader *reader, const yaml_node_t *name, const yaml_node_t *value,
		     const struct key *keys)
{
	for (const struct key *key = keys; key->name; key++) {
		if (strcmp(scalar(name), key->name) != 0)
			continue;
		if (!key->apply)
			return fail(reader, name, "%s is not supported by this exporter",
				    key->name);
		return key->apply(reader, value);
	}
	return unknown_key(reader, name, keys);
}

static bool is_repeated(struct reader *reader, const yaml_node_t *mapping,
			const yaml_node_pair_t *pair)
{
	const char *name = scalar(node_at(reader, pair->key));

	for (yaml_node_pair_t *earlier = mapping->data.mapping.pairs.start; earlier < pair;
	     earlier++)
		if (!strcmp(scalar(node_at(reader, earlier->key)), name))
			return true;
	return false;
}

/* Calls `each` for every entry, in order. */
static int walk(struct reader *reader, const yaml_node_t *mapping, const char *what,
		int (*each)(struct reader *reader, const yaml_node_t *name,
			    const yaml_node_t *value, const void *context),
		const void *context)
{
	int err = 0;

	if (is_empty(mapping))
		return 0;
	if (mapping->type != YAML_MAPPING_NODE)
		return fail(reader, mapping, "%s must be a mapping of keys to values", what);
	for (yaml_node_pair_t *pair = mapping->data.mapping.pairs.start;
	     !err && pair < mapping->data.mapping.pairs.top; pair++) {
		const yaml_node_t *name = node_at(reader, pair->key);

		if (!scalar(name))
			return fail(reader, name, "%s: a key must be a text", what);
		if (is_repeated(reader, mapping, pair))
			return fail(reader, name, "\"%s\" stands here twice", scalar(name));
		err = each(reader, name, node_at(reader, pair->value), context);
	}
	return err;
}

static int each_key(struct reader *reader, const yaml_node_t *name, const yaml_node_t *value,
		    const void *keys)
{
	return apply_key(reader, name, value, keys);
}

/* --- tls_server_config ----------------------------------------------------------------------- */

/* Names of files are relative to the configuration's directory. */
static int resolve(struct reader *reader, const char *name, char *path)
{
	const char *slash = strrchr(reader->path, '/');
	int directory = slash && name[0] != '/' ? slash - reader->path + 1 : 0;

	if (snprintf(path, PATH_MAX, "%.*s%s", directory, reader->path, name) >= PATH_MAX)
		return xe_fail(reader->error, ENAMETOOLONG, "%s: name too long", name);
	return 0;
}

/* The whole file with a zero byte behind it, malloc'ed; NULL and `error` filled in if that fails.
 */
static char *read_file(const char *path, struct xe_error *error)
{
	FILE *file = fopen(path, "re");
	char *text = file ? malloc(MAX_FILE + 1) : NULL;
	size_t length = 0;

	if (!file)
		xe_fail(error, errno, "%s: %s", path, strerror(errno));
	else if (!text)
		xe_fail(error, ENOMEM, "out of memory");
	else
		length = fread(text, 1, MAX_FILE + 1, file);
	if (text && ferror(file))
		xe_fail(error, errno, "%s: %s", path, strerror(errno));
	if (length > MAX_FILE)
		xe_fail(error, EFBIG, "%s: larger than a megabyte", path);
	if (file)
		fclose(file);
	if (text && !error->code) {
		text[length] = 0;
		return text;
	}
	free(text);
	return NULL;
}

static int read_pem(struct reader *reader, const yaml_node_t *value, const char *what, char **text)
{
	char path[PATH_MAX], *name = copy_scalar(reader, value, what);
	int err = name ? resolve(reader, name, path) : -reader->error->code;

	if (!err) {
		free(*text);
		*text = read_file(path, reader->error);
		err = *text ? 0 : -reader->error->code;
	}
	free(name);
	return err;
}

static int apply_cert_file(struct reader *reader, const yaml_node_t *value)
{
	return read_pem(reader, value, "cert_file", &reader->config->certificate);
}

static int apply_key_file(struct reader *reader, const yaml_node_t *value)
{
	return read_pem(reader, value, "key_file", &reader->config->key);
}

static int apply_client_ca_file(struct reader *reader, const yaml_node_t *value)
{
	return read_pem(reader, value, "client_ca_file", &reader->config->client_ca);
}

static int apply_client_auth_type(struct reader *reader, const yaml_node_t *value)
{
	static const char *const names[] = {"NoClientCert", "RequestClientCert",
					    "RequireAnyClientCert", "VerifyClientCertIfGiven",
					    "RequireAndVerifyClientCert"};
	const char *text = scalar(value);

	for (int i = 0; text && i <= CLIENT_REQUIRE; i++)
		if (!strcmp(text, names[i])) {
			reader->config->client_auth = i;
			return 0;
		}
	return fail(reader, value,
		    "client_auth_type must be NoClientCert, RequestClientCert, "
		    "RequireAnyClientCert, VerifyClientCertIfGiven or RequireAndVerifyClientCert");
}

static int read_version(struct reader *reader, const yaml_node_t *value, enum tls_version *version)
{
	const char *text = scalar(value);

	if (text && !strcmp(text, "TLS12"))
		*version = TLS_1_2;
	else if (text && !strcmp(text, "TLS13"))
		*version = TLS_1_3;
	else
		return fail(reader, value, "must be TLS12 or TLS13; older ones are not safe");
	return 0;
}

static int apply_min_version(struct reader *reader, const yaml_node_t *value)
{
	return read_version(reader, value, &reader->config->least);
}

static int apply_max_version(struct reader *reader, const yaml_node_t *value)
{
	return read_version(reader, value, &reader->config->most);
}

static const struct key tls_keys[] = {
	{"cert_file", apply_cert_file},
	{"key_file", apply_key_file},
	{"client_ca_file", apply_client_ca_file},
	{"client_auth_type", apply_client_auth_type},
	{"min_version", apply_min_version},
	{"max_version", apply_max_version},
	{"cipher_suites", NULL},
	{"prefer_server_cipher_suites", NULL},
	{"curve_preferences", NULL},
	{"client_allowed_sans", NULL},
	{"cert", NULL},
	{"key", NULL},
	{"client_ca", NULL},
	{},
};

static int check_tls(struct reader *reader, const yaml_node_t *value)
{
	const struct config *config = reader->config;
	bool verifies = config->client_auth >= CLIENT_VERIFY_IF_GIVEN;

	if (!config->certificate || !config->key)
		return fail(reader, value, "tls_server_config needs cert_file and key_file");
	if (config->client_ca && config->client_auth == CLIENT_NONE)
		return fail(reader, value, "client_ca_file is there, but no client_auth_type");
	if (verifies && !config->client_ca)
		return fail(reader, value, "this client_auth_type needs client_ca_file");
	if (config->least > config->most)
		return fail(reader, value, "min_version is above max_version");
	return 0;
}

static int apply_tls(struct reader *reader, const yaml_node_t *value)
{
	int err = walk(reader, value, "tls_server_config", each_key, tls_keys);

	if (err || is_empty(value) ||
	    value->data.mapping.pairs.start == value->data.mapping.pairs.top)
		return err;
	reader->config->tls = true;
	return check_tls(reader, value);
}

/* --- http_server_config ---------------------------------------------------------------------- */

static int apply_http2(struct reader *reader, const yaml_node_t *value)
{
	const char *text = scalar(value);

	if (text && !strcmp(text, "false"))
		return 0;
	return fail(reader, value, "http2 can only be false: this exporter speaks HTTP/1.1");
}

/* Those that the toolkit knows, too. */
static bool is_allowed_header(const char *name)
{
	static const char *const names[] = {"Content-Security-Policy", "X-Frame-Options",
					    "X-Content-Type-Options", "X-XSS-Protection",
					    "Strict-Transport-Security"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcasecmp(name, names[i]))
			return true;
	return false;
}

static int add_header(struct reader *reader, const yaml_node_t *name, const yaml_node_t *value,
		      const void *context)
{
	struct config *config = reader->config;
	struct config_header *headers, *header;

	(void)context;
	if (!is_allowed_header(scalar(name)))
		return fail(reader, name, "header \"%s\" cannot be set", scalar(name));
	headers = reallocarray(config->headers, config->header_count + 1, sizeof(*headers));
	if (!headers)
		return xe_fail(reader->error, ENOMEM, "out of memory");
	config->headers = headers;
	header = &headers[config->header_count++];
	header->name = copy_scalar(reader, name, "the name of a header");
	header->value = copy_scalar(reader, value, "the value of a header");
	if (!header->name || !header->value)
		return -reader->error->code;
	if (strpbrk(header->value, "\r\n"))
		return fail(reader, value, "the value of a header must be one line");
	return 0;
}

static int apply_headers(struct reader *reader, const yaml_node_t *value)
{
	return walk(reader, value, "headers", add_header, NULL);
}

static const struct key http_keys[] = {
	{"http2", apply_http2},
	{"headers", apply_headers},
	{},
};

static int apply_http(struct reader *reader, const yaml_node_t *value)
{
	return walk(reader, value, "http_server_config", each_key, http_keys);
}

/* --- basic_auth_users ------------------------------------------------------------------------ */

static int check_hash(struct reader *reader, const yaml_node_t *node,
		      const struct config_user *user)
{
	const char *hash = user->hash;
	bool is_bcrypt = strlen(hash) == 60 && hash[0] == '$' && hash[1] == '2' && hash[2] &&
			 strchr("aby", hash[2]) && hash[3] == '$' &&
			 crypt_checksalt(hash) == CRYPT_SALT_OK;

	if (!is_bcrypt)
		return fail(reader, node,
			    "user \"%s\": not a bcrypt hash; make one with: htpasswd -nBC 10 %s",
			    user->name, user->name);
	if (atoi(hash + 4) > MAX_COST)
		return fail(reader, node, "user \"%s\": cost %d is above %d", user->name,
			    atoi(hash + 4), MAX_COST);
	return 0;
}

static int add_user(struct reader *reader, const yaml_node_t *name, const yaml_node_t *value,
		    const void *context)
{
	struct config *config = reader->config;
	struct config_user *users, *user;

	(void)context;
	users = reallocarray(config->users, config->user_count + 1, sizeof(*users));
	if (!users)
		return xe_fail(reader->error, ENOMEM, "out of memory");
	config->users = users;
	user = &users[config->user_count++];
	user->name = copy_scalar(reader, name, "the name of a user");
	user->hash = copy_scalar(reader, value, "the hash of a password");
	if (!user->name || !user->hash)
		return -reader->error->code;
	return check_hash(reader, value, user);
}

static int apply_users(struct reader *reader, const yaml_node_t *value)
{
	return walk(reader, value, "basic_auth_users", add_user, NULL);
}

/* --- the file -------------------------------------------------------------------------------- */

static const struct key root_keys[] = {
	{"tls_server_config", apply_tls},
	{"http_server_config", apply_http},
	{"basic_auth_users", apply_users},
	{"rate_limit", NULL},
	{},
};

static int read_document(struct reader *reader, yaml_parser_t *parser)
{
	yaml_node_t *root;
	int err = 0;

	if (!yaml_parser_load(parser, &reader->document))
		return xe_fail(reader->error, EINVAL, "%s:%zu: not YAML: %s", reader->path,
			       parser->problem_mark.line + 1,
			       parser->problem ? parser->problem : "out of memory");
	root = yaml_document_get_root_node(&reader->document);
	if (root) /* an empty file asks for nothing */
		err = walk(reader, root, "the file", each_key, root_keys);
	yaml_document_delete(&reader->document);
	return err;
}

int config_read(const char *path, struct config *config, struct xe_error *error)
{
	struct reader reader = {.path = path, .config = config, .error = error};
	yaml_parser_t parser;
	char *text;
	int err;

	*config = (struct config){.least = TLS_1_2, .most = TLS_1_3};
	text = read_file(path, error);
	if (!text)
		return -error->code;
	if (!yaml_parser_initialize(&parser)) {
		free(text);
		return xe_fail(error, ENOMEM, "out of memory");
	}
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, strlen(text));
	err = read_document(&reader, &parser);
	yaml_parser_delete(&parser);
	free(text);
	return err;
}

void config_free(struct config *config)
{
	for (size_t i = 0; i < config->user_count; i++) {
		free(config->users[i].name);
		free(config->users[i].hash);
	}
	for (size_t i = 0; i < config->header_count; i++) {
		free(config->headers[i].name);
		free(config->headers[i].value);
	}
	free(config->users);
	free(config->headers);
	free(config->certificate);
	if (config->key)
		explicit_bzero(config->key, strlen(config->key));
	free(config->key);
	free(config->client_ca);
	*config = (struct config){};
}
