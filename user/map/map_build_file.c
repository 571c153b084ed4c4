// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "error.h"
#include "file.h"
#include "map_build_file.h"

enum { TEXT_ROOM = 1 << 20 };

static int writer_put(struct map_writer *writer, const void *data, size_t len,
		      uint64_t at)
{
	const char *from = data;

	while (len) {
		ssize_t put = pwrite(writer->fd, from, len, at);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return error_sys(-errno, "cannot write %s",
					 writer->path);
		from += put;
		len -= put;
		at += put;
	}
	return 0;
}

int map_writer_open(struct map_writer *writer, const char *path)
{
	memset(writer, 0, sizeof(*writer));
	writer->fd = file_open(path, O_RDWR | O_CREAT | O_EXCL);
	if (writer->fd < 0)
		return error_sys(writer->fd, "cannot create %s", path);
	writer->path = strdup(path);
	writer->texts = calloc(1, TEXT_ROOM);
	if (!writer->path || !writer->texts)
		return error_sys(-ENOMEM, "cannot write %s", path);
	writer->text_used = 8; /* address 0 is none */
	writer->end = MAP_PAGE;
	return 0;
}

static void section_place(struct map_writer *writer, enum map_section_id id,
			  uint64_t size)
{
	writer->section[id].offset = writer->end;
	writer->end =
		(writer->end + size + MAP_PAGE - 1) & ~(uint64_t)(MAP_PAGE - 1);
}

int map_writer_put(struct map_writer *writer, enum map_section_id id,
		   const void *data, size_t len)
{
	struct map_section *section = &writer->section[id];
	int err =
		writer_put(writer, data, len, section->offset + section->size);

	if (err)
		return err;
	section->crc = crc32_z(section->crc, data, len);
	section->size += len;
	return 0;
}

void map_writer_begin(struct map_writer *writer, const struct map_table *table)
{
	int i;

	for (i = 0; i < MAP_TABLES; i++, table++) {
		section_place(writer, MAP_HOST_BUCKETS + 2 * i,
			      (uint64_t)table->buckets * sizeof(uint64_t)
				      << table->part_bits);
		section_place(writer, MAP_HOST_SLOTS + 2 * i,
			      (uint64_t)table->slots << (table->part_bits +
							 table->slot_shift));
	}
	section_place(writer, MAP_TEXTS, 0);
}

int map_writer_text(struct map_writer *writer, const void *text, size_t len,
		    uint32_t *addr)
{
	size_t rounded = (len + 7) & ~(size_t)7;
	uint64_t at;
	int err;

	if (rounded > MAP_READ)
		return error_set(-EFBIG, "%s: a record of %zu bytes",
				 writer->path, len);
	if (writer->text_used + rounded > TEXT_ROOM) {
		err = map_writer_put(writer, MAP_TEXTS, writer->texts,
				     writer->text_used);
		if (err)
			return err;
		writer->text_used = 0;
	}
	at = writer->section[MAP_TEXTS].size + writer->text_used;
	if (at >> 3 > UINT32_MAX)
		return error_set(-EFBIG, "%s: over 32 GiB of rules",
				 writer->path);
	*addr = at >> 3;
	memcpy(writer->texts + writer->text_used, text, len);
	memset(writer->texts + writer->text_used + len, 0, rounded - len);
	writer->text_used += rounded;
	return 0;
}

int map_writer_texts_end(struct map_writer *writer)
{
	int err = map_writer_put(writer, MAP_TEXTS, writer->texts,
				 writer->text_used);

	writer->end += writer->section[MAP_TEXTS].size + MAP_PAGE - 1;
	writer->end &= ~(uint64_t)(MAP_PAGE - 1);
	section_place(writer, MAP_ANSWERS, 0);
	return err;
}

int map_writer_finish(struct map_writer *writer, struct map_header *header)
{
	const struct map_section *last = &writer->section[MAP_ANSWERS];
	int err;

	writer->end = (last->offset + last->size + MAP_PAGE - 1) &
		      ~(uint64_t)(MAP_PAGE - 1);
	memcpy(header->section, writer->section, sizeof(header->section));
	header->file_size = writer->end;
	header->crc = crc32_z(0, (const void *)header,
			      offsetof(struct map_header, crc));
	if (ftruncate(writer->fd, writer->end))
		return error_sys(-errno, "cannot write %s", writer->path);
	err = writer_put(writer, header, sizeof(*header), 0);
	if (err)
		return err;
	if (fsync(writer->fd))
		return error_sys(-errno, "cannot sync %s", writer->path);
	free(writer->path);
	writer->path = NULL;
	return 0;
}

void map_writer_close(struct map_writer *writer)
{
	if (writer->fd >= 0)
		close(writer->fd);
	if (writer->fd >= 0 && writer->path)
		unlink(writer->path);
	free(writer->path);
	free(writer->texts);
	writer->fd = -1;
	writer->path = NULL;
	writer->texts = NULL;
}
