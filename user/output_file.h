/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * output_file.h - a file that its readers see whole: the old contents, or the new.
 */
#ifndef XE_OUTPUT_FILE_H
#define XE_OUTPUT_FILE_H

#include <stddef.h>

#include "error.h"

/*
 * Replaces `path` by `size` bytes of `data`, mode 0644, or leaves all as it was.
 * Refuses what is not a regular file: a symbolic link, a directory, a device.
 */
int output_file_write(const char *path, const void *data, size_t size, struct xe_error *error);

#endif
