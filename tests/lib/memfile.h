/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MEMFILE_H
#define MEMFILE_H

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

/*
 * A file in memory for what opens files by name: memfile_open() returns its
 * descriptor and writes its name, valid until the descriptor is closed.
 */
enum { MEMFILE_NAME = 32 };

static inline int memfile_open(char *name, const char *data, size_t len,
			       int gzip)
{
	int fd = memfd_create("test", 0);
	gzFile file;

	if (fd < 0)
		abort();
	snprintf(name, MEMFILE_NAME, "/proc/self/fd/%d", fd);
	file = gzopen(name, gzip ? "wb" : "wbT");
	if (!file || gzwrite(file, data, len) != (int)len ||
	    gzclose(file) != Z_OK)
		abort();
	return fd;
}

#endif
