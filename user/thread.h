/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * thread.h - threads for packets: they take no signal and hold no capability.
 */
#ifndef XE_THREAD_H
#define XE_THREAD_H

#include <pthread.h>

/* As pthread_create, with a name for ps(1). Returns 0 or a negative errno. */
int thread_start(pthread_t *thread, const char *name, void *(*run)(void *), void *argument);

#endif
