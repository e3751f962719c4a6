/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * memory.h - gives back what only the start of a long-lived process needed.
 */
#ifndef XE_MEMORY_H
#define XE_MEMORY_H

/*
 * Freed heap, and the pages of program and libraries that were read until now:
 * they come back from the page cache when they are read again.
 */
void memory_trim(void);

#endif
