/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * store_dir.h - the directories of the store: names, making, removing. For store*.c alone.
 */
#ifndef XE_STORE_DIR_H
#define XE_STORE_DIR_H

#include "error.h"

/* The path of one thing in a directory of the store; `path` has PATH_MAX bytes. -ENOENT: there is
 * no such directory. A pin lives in store->pins, a file in store->run. */
int store_member(char *path, const char *directory, const char *name);

/* Makes a directory of the store, 0700, with those above it that are ours. */
int store_make_directory(const char *path, struct xe_error *error);

/* Removes it, if it is empty, and those above it that are ours and empty. */
int store_remove_directory(const char *path, struct xe_error *error);

#endif
