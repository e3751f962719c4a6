// SPDX-License-Identifier: GPL-2.0-only
/* auth.c - see auth.h. */
#include <crypt.h>
#include <errno.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "auth.h"

/* Two guesses a second of each address, eight at once: bcrypt costs the processor some 0.1 s. */
#define GUESS_INTERVAL 500000000ULL
#define GUESS_TOLERANCE (8 * GUESS_INTERVAL)

/* Compared with when there is no such user, so that the time taken does not tell. */
#define NOBODY "$2b$10$abcdefghijklmnopqrstuuJ1jP4LrPKpUJ3rOKB9HKlQT9CmbcAri"

int auth_init(struct auth *auth, struct xe_error *error)
{
	memset(auth, 0, sizeof(*auth));
	if (gnutls_rnd(GNUTLS_RND_KEY, auth->secret, sizeof(auth->secret)) < 0)
		return xe_fail(error, EIO, "no random numbers");
	return 0;
}

/* --- memory ---------------------------------------------------------------------------------- */

/* The hash is part of it, so that a changed password is checked anew. */
static bool digest(const struct auth *auth, const char *user, const char *password,
		   const char *hash, __u8 *result)
{
	const char *const parts[] = {user, password, hash};
	gnutls_hmac_hd_t hmac;

	if (gnutls_hmac_init(&hmac, GNUTLS_MAC_SHA256, auth->secret, sizeof(auth->secret)) < 0)
		return false;
	for (size_t i = 0; i < 3; i++) /* with the zero byte, which no part contains */
		gnutls_hmac(hmac, parts[i], strlen(parts[i]) + 1);
	gnutls_hmac_deinit(hmac, result);
	return true;
}

static bool is_remembered(const struct auth *auth, const __u8 *result)
{
	static const __u8 empty[AUTH_DIGEST];

	for (size_t i = 0; i < AUTH_REMEMBERED; i++)
		if (memcmp(auth->remembered[i], empty, AUTH_DIGEST) != 0 &&
		    gnutls_memcmp(auth->remembered[i], result, AUTH_DIGEST) == 0)
			return true;
	return false;
}

static void remember(struct auth *auth, const __u8 *result)
{
	memcpy(auth->remembered[auth->next++ % AUTH_REMEMBERED], result, AUTH_DIGEST);
}

/* --- the brake ------------------------------------------------------------------------------- */

/* Of IPv6, a /64: a host has all of it. */
static __u64 source_of(const struct sockaddr *from)
{
	__u64 source = 0;

	if (from && from->sa_family == AF_INET)
		memcpy(&source, &((const struct sockaddr_in *)from)->sin_addr, 4);
	if (from && from->sa_family == AF_INET6)
		memcpy(&source, &((const struct sockaddr_in6 *)from)->sin6_addr, 8);
	return source;
}

/* The generic cell rate algorithm, as for pings: a brake is the time at which the next guess is
 * due.
 */
static bool may_guess(struct auth *auth, const struct sockaddr *from)
{
	struct timespec clock;
	__u64 key[2], now, *brake, due;

	memcpy(key, auth->secret, sizeof(key));
	brake = &auth->brakes[(source_of(from) ^ key[0]) * (key[1] | 1) >> 60];
	clock_gettime(CLOCK_MONOTONIC, &clock);
	now = clock.tv_sec * 1000000000ULL + clock.tv_nsec;
	due = (*brake > now ? *brake : now) + GUESS_INTERVAL;
	if (due - now > GUESS_TOLERANCE)
		return false;
	*brake = due;
	return true;
}

/* --- the check ------------------------------------------------------------------------------- */

static const char *find_hash(const struct config *config, const char *user)
{
	for (size_t i = 0; i < config->user_count; i++)
		if (!strcmp(config->users[i].name, user))
			return config->users[i].hash;
	return NULL;
}

static bool matches(const char *password, const char *hash)
{
	struct crypt_data *data = calloc(1, sizeof(*data));
	const char *result = data ? crypt_r(password, hash, data) : NULL;
	bool same = result && strlen(result) == strlen(hash) &&
		    gnutls_memcmp(result, hash, strlen(hash)) == 0;

	if (data)
		explicit_bzero(data, sizeof(*data));
	free(data);
	return same;
}

enum auth_result auth_check(struct auth *auth, const struct config *config, const char *user,
			    const char *password, const struct sockaddr *from)
{
	const char *hash = find_hash(config, user);
	__u8 result[AUTH_DIGEST];

	_Static_assert(AUTH_BRAKES == 1 << 4, "the brake's index is four bits");
	if (!digest(auth, user, password, hash ? hash : NOBODY, result))
		return AUTH_WRONG;
	if (hash && is_remembered(auth, result))
		return AUTH_RIGHT;
	if (!may_guess(auth, from))
		return AUTH_TOO_MANY;
	if (!matches(password, hash ? hash : NOBODY) || !hash)
		return AUTH_WRONG;
	remember(auth, result);
	return AUTH_RIGHT;
}
