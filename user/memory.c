// SPDX-License-Identifier: GPL-2.0-only
/* memory.c - see memory.h. */
#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include "memory.h"

/* Segments that were never writable, so that the file has all that is in them. */
static int drop_segments(struct dl_phdr_info *object, size_t size, void *data)
{
	size_t page = sysconf(_SC_PAGESIZE);

	(void)size;
	(void)data;
	for (size_t i = 0; i < object->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
		size_t begin = object->dlpi_addr + segment->p_vaddr;
		size_t end = begin + segment->p_memsz;

		if (segment->p_type != PT_LOAD || segment->p_flags & PF_W)
			continue;
		begin &= ~(page - 1);
		end = (end + page - 1) & ~(page - 1);
		(void)madvise((void *)begin, end - begin, MADV_DONTNEED); /* the vDSO refuses */
	}
	return 0;
}

void memory_trim(void)
{
	malloc_trim(0);
	dl_iterate_phdr(drop_segments, NULL);
}
