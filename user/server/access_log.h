/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ACCESS_LOG_H
#define ACCESS_LOG_H

#include <stdbool.h>

#include "access_line.h"

struct access_log;
struct answer_rings;
struct serve_counters;

/*
 * The access log of a server: a thread that writes what workers keep in their
 * rings. Workers never wait for it. What is not written while there is room in
 * the rings is lost, and counted.
 */

struct access_options {
	const char *where; /* of access_sink_open(); NULL: no log */
	enum access_format format;
	unsigned int leave; /* enum answer_leave */
};

/*
 * access_log_open - open what is to be written, with the rights that there are
 * @keep: they are given up later
 *
 * Returns 0 or -errno with error_set(). *log is NULL where there is to be none.
 */
int access_log_open(struct access_log **log,
		    const struct access_options *options, bool keep);

/*
 * access_log_start - have all answers from now on written
 * @counters: that nobody else writes
 * @say:      is told what goes wrong later, from the thread
 *
 * Accepts NULL for the log. Returns 0 or -errno with error_set().
 */
int access_log_start(struct access_log *log, struct answer_rings *rings,
		     struct serve_counters *counters,
		     void (*say)(const char *text));

/* Open the file anew, for it may have been renamed. Until that succeeds the old
 * one is written. Accepts NULL. */
void access_log_reopen(struct access_log *log);

/* Write what there is, for a second if it is not taken, and end. No worker may be
 * running any more. Accepts NULL. */
void access_log_close(struct access_log *log);

#endif
