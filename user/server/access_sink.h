/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ACCESS_SINK_H
#define ACCESS_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Where the lines of a log go: none of these is ever waited for. */
enum access_kind {
	ACCESS_FILE,
	ACCESS_STREAM, /* stdout or stderr, as others have it */
	ACCESS_SYSLOG,
	ACCESS_JOURNAL,
};

struct access_sink {
	enum access_kind kind;
	const char *path; /* as it was given */
	int fd;		  /* -1: to be opened */
	int keeper;	  /* who opens the file, or -1 */
	uint64_t unsaid;  /* lines that were too long for a message */
};

#define ACCESS_SINK_NONE ((struct access_sink){.fd = -1, .keeper = -1})

/*
 * access_sink_open - "syslog", "journal", or the path of a file
 * @where: stays the caller's, and as it is
 * @keep:  another process is to open the file again (access_keeper_start())
 *
 * /dev/stdout and /dev/stderr are the process's own. Returns 0 or -errno with
 * error_set().
 */
int access_sink_open(struct access_sink *sink, const char *where, bool keep);

/* Open the file anew; 0, or -errno with error_set(), and then the old one
 * stays. */
int access_sink_reopen(struct access_sink *sink);

/*
 * access_sink_write - write lines
 *
 * Returns how many bytes are done with, which may end within a line of a file;
 * fewer than len where it takes no more now.
 */
size_t access_sink_write(struct access_sink *sink, const char *lines,
			 size_t len);

/* Also of one that could not be opened. */
void access_sink_close(struct access_sink *sink);

#endif
