/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAP_BUILD_FILE_H
#define MAP_BUILD_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "map.h"

/*
 * Writes a map file: the page of the header stays empty until the end; buckets
 * and slots have places of a known size; then come the texts, and the answers.
 * Functions return 0 or -errno with error_set().
 */
struct map_writer {
	int fd;
	char *path;
	uint64_t end;	  /* where the next section begins */
	uint8_t *texts;	  /* what is not written yet of the texts */
	size_t text_used; /* bytes of it */
	struct map_section section[MAP_SECTIONS];
};

/* Create the file; it must not exist. */
int map_writer_open(struct map_writer *writer, const char *path);

/* Give the sections of the tables, of which the map has MAP_TABLES, their
 * places, and the texts the next one. */
void map_writer_begin(struct map_writer *writer, const struct map_table *table);

/* Write the next len bytes of a section. */
int map_writer_put(struct map_writer *writer, enum map_section_id id,
		   const void *data, size_t len);

/*
 * map_writer_text - append to the texts
 * @addr: receives where it stands, as map_rule.texts has it
 *
 * -EFBIG when the addresses are used up.
 */
int map_writer_text(struct map_writer *writer, const void *text, size_t len,
		    uint32_t *addr);

/* Write what remains of the texts. The answers come next. */
int map_writer_texts_end(struct map_writer *writer);

/* Complete the header with what the writer knows, write it, sync the file. */
int map_writer_finish(struct map_writer *writer, struct map_header *header);

/* Close; remove the file unless it was finished. */
void map_writer_close(struct map_writer *writer);

#endif
