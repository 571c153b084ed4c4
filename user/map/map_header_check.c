// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <zlib.h>

#include "error.h"
#include "map_header_check.h"

const char *const map_section_names[MAP_SECTIONS] = {
	[MAP_HOST_BUCKETS] = "hosts' buckets",
	[MAP_HOST_SLOTS] = "hosts",
	[MAP_RULE_BUCKETS] = "rules' buckets",
	[MAP_RULE_SLOTS] = "rules",
	[MAP_TEXTS] = "texts",
	[MAP_ANSWERS] = "answers",
};

static int section_check(const struct map_header *header, int i, size_t size)
{
	const struct map_section *section = &header->section[i];

	if (section->offset % MAP_PAGE || section->offset > size ||
	    section->size > size - section->offset)
		return -EBADMSG;
	return 0;
}

static bool table_sound(const struct map_header *header, int id)
{
	const struct map_section *section = &header->section[2 * id];
	const struct map_table *table = &header->table[id];
	uint64_t slots = (uint64_t)table->slots << (table->part_bits & 15);

	return table->part_bits <= MAP_PART_BITS_MAX &&
	       table->slot_shift >= MAP_SLOT_SHIFT &&
	       table->slot_shift <= MAP_SLOT_SHIFT_MAX && table->slots &&
	       table->buckets && slots < MAP_ADDR_HOST &&
	       slots << table->slot_shift <= section[1].size &&
	       (uint64_t)table->buckets << table->part_bits <=
		       section[0].size / sizeof(uint64_t);
}

static int version_refuse(const struct map_header *header, const char *path)
{
	if (MAP_VERSION_MIN == MAP_VERSION)
		return error_set(-EPROTONOSUPPORT,
				 "%s has map layout %u, this program reads %u",
				 path, header->version, MAP_VERSION);
	return error_set(-EPROTONOSUPPORT,
			 "%s has map layout %u, this program reads %u to %u",
			 path, header->version, MAP_VERSION_MIN, MAP_VERSION);
}

int map_header_check(const struct map_header *header, size_t size,
		     const char *path)
{
	int i;

	if (memcmp(header->magic, MAP_MAGIC, sizeof(header->magic)))
		return error_set(-EBADMSG, "%s is not a redirect map", path);
	if (header->byte_order != MAP_BYTE_ORDER)
		return error_set(-EPROTONOSUPPORT,
				 "%s is of another byte order", path);
	if (header->version < MAP_VERSION_MIN || header->version > MAP_VERSION)
		return version_refuse(header, path);
	if (crc32_z(0, (const void *)header,
		    offsetof(struct map_header, crc)) != header->crc)
		return error_set(-EBADMSG, "%s is damaged: header", path);
	if (header->file_size != size)
		return error_set(-EBADMSG,
				 "%s is damaged: %zu bytes long, not %llu",
				 path, size, header->file_size);
	for (i = 0; i < MAP_SECTIONS; i++)
		if (section_check(header, i, size))
			return error_set(-EBADMSG, "%s is damaged: %s", path,
					 map_section_names[i]);
	if (header->base[MAP_NAME - 1] || header->base[0] == '.' ||
	    strchr((const char *)header->base, '/'))
		return error_set(-EBADMSG, "%s is damaged: base", path);
	if (!table_sound(header, MAP_TABLE_HOSTS) ||
	    !table_sound(header, MAP_TABLE_RULES) ||
	    header->answers > header->section[MAP_ANSWERS].size /
				      sizeof(struct map_answer))
		return error_set(-EBADMSG, "%s is damaged: tables", path);
	return 0;
}
