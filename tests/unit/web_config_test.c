// SPDX-License-Identifier: GPL-2.0-only
/* web_config_test.c - what the exporter makes of a web configuration, and how it refuses one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "exporter/config.h"

#define HASH "$2b$10$abcdefghijklmnopqrstuu4T826PRnz0Hu6YlprUuxkZxOOj5Fw5S"
#define TLS "tls_server_config:\n  cert_file: cert.pem\n  key_file: key.pem\n"

static char directory[] = "/tmp/web_config_test.XXXXXX";

static char *path_of(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	return path;
}

static void write_file(const char *name, const char *text)
{
	FILE *file = fopen(path_of(name), "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static int make_directory(void **state)
{
	(void)state;
	if (!mkdtemp(directory))
		return -1;
	write_file("cert.pem", "certificate");
	write_file("key.pem", "key");
	write_file("ca.pem", "authority");
	return 0;
}

static int remove_directory(void **state)
{
	static const char *const names[] = {"cert.pem", "key.pem", "ca.pem", "web.yml"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		unlink(path_of(names[i]));
	return rmdir(directory);
}

static void read_good(const char *text, struct config *config)
{
	struct xe_error error = {};

	write_file("web.yml", text);
	if (config_read(path_of("web.yml"), config, &error))
		fail_msg("refused: %s\n%s", error.text, text);
}

/* --- what is right --------------------------------------------------------------------------- */

static void test_nothing(void **state)
{
	static const char *const texts[] = {"",
					    "# nothing\n",
					    "---\n",
					    "tls_server_config:\n",
					    "basic_auth_users: {}\n",
					    "http_server_config: ~\n"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct config config;

		read_good(texts[i], &config);
		assert_false(config.tls);
		assert_int_equal(config.user_count, 0);
		config_free(&config);
	}
}

static void test_tls(void **state)
{
	struct config config;

	(void)state;
	read_good(TLS, &config);
	assert_true(config.tls);
	assert_string_equal(config.certificate, "certificate"); /* beside the configuration */
	assert_string_equal(config.key, "key");
	assert_int_equal(config.least, TLS_1_2);
	assert_int_equal(config.most, TLS_1_3);
	assert_int_equal(config.client_auth, CLIENT_NONE);
	config_free(&config);

	read_good(TLS "  client_ca_file: ca.pem\n  client_auth_type: RequireAndVerifyClientCert\n"
		      "  min_version: TLS13\n",
		  &config);
	assert_string_equal(config.client_ca, "authority");
	assert_int_equal(config.client_auth, CLIENT_REQUIRE);
	assert_int_equal(config.least, TLS_1_3);
	config_free(&config);
}

static void test_users_and_headers(void **state)
{
	struct config config;

	(void)state;
	read_good("basic_auth_users:\n  alice: " HASH "\n  'bob: x': \"" HASH "\"\n"
		  "http_server_config:\n  http2: false\n  headers:\n"
		  "    Strict-Transport-Security: max-age=31536000\n",
		  &config);
	assert_int_equal(config.user_count, 2);
	assert_string_equal(config.users[0].name, "alice");
	assert_string_equal(config.users[1].name, "bob: x");
	assert_string_equal(config.users[1].hash, HASH);
	assert_int_equal(config.header_count, 1);
	assert_string_equal(config.headers[0].value, "max-age=31536000");
	config_free(&config);
}

/* --- what is refused, and in which words ----------------------------------------------------- */

static const struct {
	const char *text, *words;
} refused[] = {
	{"tls_server_conf:\n", "web.yml:1: unknown key \"tls_server_conf\"; known here: "
			       "tls_server_config, http_server_config, basic_auth_users"},
	{TLS "  cipher_suites: [a]\n", "web.yml:4: cipher_suites is not supported"},
	{"rate_limit: {}\n", "web.yml:1: rate_limit is not supported"},
	{TLS "  curves: x\n", "web.yml:4: unknown key \"curves\""},
	{"tls_server_config:\n  cert_file: cert.pem\n", "needs cert_file and key_file"},
	{"tls_server_config: {min_version: TLS13}\n", "needs cert_file and key_file"},
	{"tls_server_config: [cert_file]\n", "must be a mapping"},
	{"tls_server_config: yes\n", "must be a mapping"},
	{"tls_server_config: {cert_file: none.pem, key_file: key.pem}\n",
	 "none.pem: No such file or directory"},
	{"tls_server_config: {cert_file: [], key_file: key.pem}\n", "cert_file must be a text"},
	{TLS "  min_version: TLS10\n", "must be TLS12 or TLS13"},
	{TLS "  min_version: TLS13\n  max_version: TLS12\n", "min_version is above max_version"},
	{TLS "  client_auth_type: Require\n", "client_auth_type must be NoClientCert"},
	{TLS "  client_auth_type: RequireAndVerifyClientCert\n", "needs client_ca_file"},
	{TLS "  client_ca_file: ca.pem\n", "no client_auth_type"},
	{TLS TLS, "web.yml:4: \"tls_server_config\" stands here twice"},
	{"basic_auth_users:\n  alice: secret\n", "web.yml:2: user \"alice\": not a bcrypt hash"},
	{"basic_auth_users:\n  alice: $1$abc$abc\n", "not a bcrypt hash"},
	{"basic_auth_users:\n  alice: $2b$10$short\n", "not a bcrypt hash"},
	{"basic_auth_users:\n  alice:\n", "must be a text"},
	{"basic_auth_users:\n  alice: $2b$31$abcdefghijklmnopqrstuu4T826PRnz0Hu6YlprUuxkZxOOj5Fw5S"
	 "\n",
	 "cost 31 is above 14"},
	{"basic_auth_users:\n  ? [a]\n  : b\n", "a key must be a text"},
	{"http_server_config:\n  http2: true\n", "http2 can only be false"},
	{"http_server_config:\n  headers:\n    Server: x\n", "header \"Server\" cannot be set"},
	{"http_server_config:\n  headers:\n    X-Frame-Options: \"a\\nb\"\n", "must be one line"},
	{"http_server_config:\n  headers:\n    X-Frame-Options: \"a\\0b\"\n", "zero byte"},
	{"a: [\n", "not YAML"},
	{"\tx\n", "not YAML"},
	{"- a\n", "the file must be a mapping"},
	{"*none\n", "not YAML"},
};

static void test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		struct xe_error error = {};
		struct config config;

		write_file("web.yml", refused[i].text);
		if (config_read(path_of("web.yml"), &config, &error) >= 0)
			fail_msg("not refused:\n%s", refused[i].text);
		if (!strstr(error.text, refused[i].words))
			fail_msg("\"%s\" does not say \"%s\"", error.text, refused[i].words);
		config_free(&config);
	}
}

static void test_no_file(void **state)
{
	struct xe_error error = {};
	struct config config;

	(void)state;
	assert_true(config_read(path_of("nosuch.yml"), &config, &error) < 0);
	assert_non_null(strstr(error.text, "nosuch.yml: No such file or directory"));
	config_free(&config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing),           cmocka_unit_test(test_tls),
		cmocka_unit_test(test_users_and_headers), cmocka_unit_test(test_refused),
		cmocka_unit_test(test_no_file),
	};

	return cmocka_run_group_tests_name("web_config", tests, make_directory, remove_directory);
}
