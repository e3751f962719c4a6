/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * auth.h - is this user's password right? bcrypt, which takes its time, with a memory of those
 * that were right and a brake on those that guess.
 */
#ifndef XE_AUTH_H
#define XE_AUTH_H

#include <linux/types.h>
#include <sys/socket.h>

#include "config.h"

#define AUTH_REMEMBERED 64
#define AUTH_BRAKES 16
#define AUTH_DIGEST 32 /* SHA-256 */

struct auth {
	__u8 secret[AUTH_DIGEST];                      /* of this process, random */
	__u8 remembered[AUTH_REMEMBERED][AUTH_DIGEST]; /* of credentials that were right */
	unsigned int next;
	__u64 brakes[AUTH_BRAKES]; /* by address: GCRA, in nanoseconds */
};

enum auth_result { AUTH_RIGHT, AUTH_WRONG, AUTH_TOO_MANY };

int auth_init(struct auth *auth, struct xe_error *error);

/* AUTH_TOO_MANY: this address has guessed so often of late that nothing was checked. */
enum auth_result auth_check(struct auth *auth, const struct config *config, const char *user,
			    const char *password, const struct sockaddr *from);

#endif
