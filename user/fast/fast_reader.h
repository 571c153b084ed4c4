/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_READER_H
#define FAST_READER_H

#include <stdbool.h>

struct fast_reader;
struct live_file;
struct map;

/*
 * A server's reading of an instance's arena: the live map in the very pages that
 * programs answer from, so that the machine has it once. Nothing depends on it:
 * where it cannot be, or has another release, there is the file.
 *
 * What is read has the lock of fast_readers.h until map_close() and so stays
 * where it is. Its bytes were verified when they were loaded, and only root
 * writes there. One thread, and one reader in a process.
 */

/* What it takes, from fast_sharing.h: the arena, and a descriptor for locks. */
struct fast_reader_fds {
	int arena; /* or -1: none is offered */
	int readers;
};

/* Close what is open of them. */
void fast_reader_fds_close(struct fast_reader_fds *fds);

/*
 * fast_reader_open - map an arena for reading
 * @fds: the reader's own from now on. The kernel maps only by a descriptor that
 *       could write, so it is closed at once; the mapping cannot be made
 *       writable.
 *
 * Returns 0 or -errno with error_set().
 */
int fast_reader_open(struct fast_reader **reader, struct fast_reader_fds *fds);

/*
 * fast_reader_take - the live map, if the arena has the very file of it
 * @live: what is live, with rules
 * @near: the map that answers now, or NULL: a lower map that is the same is
 *        shared
 *
 * 0, or -errno, -ESTALE if the arena answers from something else now: no
 * error_set() to be told. An area that would leave no room for others while this
 * server stands still is left to the file, -EFBIG.
 */
int fast_reader_take(struct fast_reader *reader, const char *state,
		     const struct live_file *live, struct map *near,
		     struct map **map);

/* Whether a map lies where programs read now. Accepts NULL. */
bool fast_reader_has(const struct fast_reader *reader, const struct map *map);

/* Whether the instance is there no more, so that nobody loads into its arena. */
bool fast_reader_gone(const struct fast_reader *reader);

/* Whether maps of it are open still: then it is not to be closed. */
bool fast_reader_busy(const struct fast_reader *reader);

/* Accepts NULL. */
void fast_reader_close(struct fast_reader *reader);

#endif
