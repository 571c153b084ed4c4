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

/* The lookup reads whole words, up to 8 bytes behind a record's end. */
enum { CHUNK_ROOM = MAP_CHUNK - 8 };

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
	writer->chunk = calloc(1, MAP_CHUNK);
	if (!writer->path || !writer->chunk)
		return error_sys(-ENOMEM, "cannot write %s", path);
	writer->used = 8; /* address 0 is none */
	writer->end = MAP_PAGE;
	return 0;
}

static int chunk_flush(struct map_writer *writer, size_t len)
{
	int err;

	err = writer_put(writer, writer->chunk, len, writer->end);
	if (err)
		return err;
	writer->crc = crc32_z(writer->crc, writer->chunk, len);
	writer->end += len;
	return 0;
}

int map_writer_record(struct map_writer *writer, size_t len, uint8_t **record,
		      uint32_t *addr)
{
	uint64_t at;
	int err;

	len = (len + 7) & ~(size_t)7;
	if (len > CHUNK_ROOM - 8)
		return error_set(-EFBIG, "%s: a record of %zu bytes",
				 writer->path, len);
	if (writer->used + len > CHUNK_ROOM) {
		err = chunk_flush(writer, MAP_CHUNK);
		if (err)
			return err;
		memset(writer->chunk, 0, MAP_CHUNK);
		writer->used = 0;
		writer->chunks++;
	}
	at = ((uint64_t)writer->chunks << MAP_CHUNK_SHIFT) + writer->used;
	if (at >> 3 > UINT32_MAX)
		return error_set(-EFBIG, "%s: over 32 GiB of rules",
				 writer->path);
	*addr = at >> 3;
	*record = writer->chunk + writer->used;
	writer->used += len;
	return 0;
}

static void section_note(struct map_writer *writer, enum map_section_id id,
			 uint64_t offset, uint64_t size, uint32_t crc)
{
	writer->section[id] = (struct map_section){
		.offset = offset, .size = size, .crc = crc};
	writer->end =
		(offset + size + MAP_PAGE - 1) & ~(uint64_t)(MAP_PAGE - 1);
}

int map_writer_records_end(struct map_writer *writer)
{
	int err;

	err = chunk_flush(writer, writer->used);
	if (err)
		return err;
	section_note(writer, MAP_RECORDS, MAP_PAGE, writer->end - MAP_PAGE,
		     writer->crc);
	return 0;
}

int map_writer_section(struct map_writer *writer, enum map_section_id id,
		       const void *data, size_t len)
{
	int err;

	err = writer_put(writer, data, len, writer->end);
	if (err)
		return err;
	section_note(writer, id, writer->end, len, crc32_z(0, data, len));
	return 0;
}

int map_writer_finish(struct map_writer *writer, struct map_header *header)
{
	int err;

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
	free(writer->chunk);
	writer->fd = -1;
	writer->path = NULL;
	writer->chunk = NULL;
}
