/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAP_BUILD_FILE_H
#define MAP_BUILD_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "map.h"

/*
 * Writes a map file from front to back: the page of the header stays empty
 * until the end, then come the records, chunk by chunk, then the other
 * sections whole. Functions return 0 or -errno with error_set().
 */
struct map_writer {
	int fd;
	char *path;
	uint64_t end;	 /* where the next section begins */
	uint8_t *chunk;	 /* the records' last chunk */
	uint32_t used;	 /* bytes of it */
	uint32_t chunks; /* chunks before it */
	uint32_t crc;	 /* of the chunks before it */
	struct map_section section[MAP_SECTIONS];
};

/* Create the file; it must not exist. */
int map_writer_open(struct map_writer *writer, const char *path);

/*
 * map_writer_record - room for a record
 * @addr: receives the record's address
 *
 * *record receives len zeroed bytes that are valid until the next call.
 * -EFBIG when the addresses are used up.
 */
int map_writer_record(struct map_writer *writer, size_t len, uint8_t **record,
		      uint32_t *addr);

/* Write what remains of the records. */
int map_writer_records_end(struct map_writer *writer);

/* Write another section. */
int map_writer_section(struct map_writer *writer, enum map_section_id id,
		       const void *data, size_t len);

/* Complete the header with what the writer knows, write it, sync the file. */
int map_writer_finish(struct map_writer *writer, struct map_header *header);

/* Close; remove the file unless it was finished. */
void map_writer_close(struct map_writer *writer);

#endif
