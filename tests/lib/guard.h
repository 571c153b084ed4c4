/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef GUARD_H
#define GUARD_H

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/*
 * guard_copy - a copy whose last byte is followed by an unreadable page, so
 * that a parser that reads too far is caught even without ASan
 *
 * It is valid until the next call. At most 128 KiB.
 */
static inline char *guard_copy(const char *text, size_t len)
{
	enum { ROOM = 128 * 1024 };
	static char *room;

	if (!room) {
		room = mmap(NULL, ROOM + sysconf(_SC_PAGESIZE), PROT_NONE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (room == MAP_FAILED ||
		    mprotect(room, ROOM, PROT_READ | PROT_WRITE))
			abort();
	}
	if (len > ROOM)
		abort();
	if (len)
		memcpy(room + ROOM - len, text, len);
	return room + ROOM - len;
}

#endif
