/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MISSES_H
#define MISSES_H

struct hits_db;
struct miss_sum;

/*
 * All that was asked for of a state directory and no rule matched: by the fast
 * path, by all servers that run, and what hits.db has of those that do not any
 * more. All functions return 0 or -errno with error_set().
 */

/*
 * misses_read - add all of it
 * @failed: told, with error_text(), of each part that cannot be read; it is left
 *          out, or as it was saved last
 */
int misses_read(struct miss_sum *sum, const char *state,
		void (*failed)(int err, void *arg), void *arg);

/*
 * misses_save - keep what there is by now, each memory in a transaction
 *
 * Who may not read something saves the rest.
 */
int misses_save(struct hits_db *db, const char *state);

/* The same of one server, by its announcement's name, whose memory was given
 * as fd (serve_look.h); and of the fast path alone. */
int misses_save_server(struct hits_db *db, const char *server, int fd);
int misses_save_fast(struct hits_db *db, const char *state);

#endif
