// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "error.h"
#include "map_file.h"
#include "map_header_check.h"
#include "map_view.h"

/* Map the file over the start of a larger reservation, so that what follows
 * its last page reads as zeros. */
static int file_map(struct map *map, int fd, size_t size, const char *path)
{
	void *data;

	map->mapped = ((size + MAP_PAGE - 1) & ~(size_t)(MAP_PAGE - 1)) +
		      MAP_READ + MAP_PAGE;
	data = mmap(NULL, map->mapped, PROT_READ,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (data == MAP_FAILED)
		return error_sys(-errno, "cannot map %s", path);
	map->data = data;
	if (mmap(data, size, PROT_READ, MAP_SHARED | MAP_FIXED, fd, 0) ==
	    MAP_FAILED)
		return error_sys(-errno, "cannot map %s", path);
	return 0;
}

static int header_read(struct map_header *header, int fd, const char *path)
{
	struct stat st;
	ssize_t got;

	if (fstat(fd, &st))
		return error_sys(-errno, "cannot read %s", path);
	got = pread(fd, header, sizeof(*header), 0);
	if (got < 0)
		return error_sys(-errno, "cannot read %s", path);
	if (got < (ssize_t)sizeof(*header))
		return error_set(-EBADMSG, "%s is damaged: no header", path);
	return map_header_check(header, st.st_size, path);
}

static int file_open(struct map *map, int fd, const char *path)
{
	int err;

	err = header_read(&map->header, fd, path);
	if (err)
		return err;
	return file_map(map, fd, map->header.file_size, path);
}

int map_open_alone(struct map **out, const char *path)
{
	struct map *map;
	int fd, err;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return error_sys(-errno, "cannot open %s", path);
	map = calloc(1, sizeof(*map));
	if (map) {
		map->users = 1;
		err = file_open(map, fd, path);
	} else {
		err = error_sys(-ENOMEM, "cannot open %s", path);
	}
	close(fd);
	if (err)
		map_close(map);
	else
		*out = map;
	return err;
}

/* Whether a map is the one that an overlay was made over. */
static bool is_lower(const struct map *map, const struct map_header *overlay)
{
	return map && !map_is_overlay(&map->header) &&
	       map->header.crc == overlay->base_crc &&
	       !memcmp(&map->header.hash_key, &overlay->hash_key,
		       sizeof(overlay->hash_key));
}

bool map_is_lower_of(const struct map *map, const struct map *overlay)
{
	return is_lower(map, &overlay->header);
}

static int base_open(struct map *map, const char *path, struct map *near)
{
	const char *slash = strrchr(path, '/');
	int folder = slash ? slash - path + 1 : 0, err;
	char lower[PATH_MAX];

	if (near && near->lower)
		near = near->lower;
	if (is_lower(near, &map->header) && !near->lender) {
		map->lower = map_share(near);
		return 0;
	}
	if (snprintf(lower, sizeof(lower), "%.*s%s", folder, path,
		     map_lower_name(map)) >= (int)sizeof(lower))
		return error_sys(-ENAMETOOLONG, "cannot open %s", path);
	err = map_open_alone(&map->lower, lower);
	if (!err && !is_lower(map->lower, &map->header))
		err = error_set(-EBADMSG, "%s is not the base of %s", lower,
				path);
	return err;
}

int map_open_near(struct map **out, const char *path, struct map *near)
{
	struct map *map = NULL;
	int err = map_open_alone(&map, path);

	if (!err && map_is_overlay(&map->header))
		err = base_open(map, path, near);
	if (err)
		map_close(map);
	else
		*out = map;
	return err;
}

int map_open(struct map **map, const char *path)
{
	return map_open_near(map, path, NULL);
}

struct map *map_share(struct map *map)
{
	map->users++;
	return map;
}

int map_peek(const char *path, char lower[MAP_NAME])
{
	struct map_header header;
	int fd, err;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return error_sys(-errno, "cannot open %s", path);
	err = header_read(&header, fd, path);
	close(fd);
	if (!err)
		memcpy(lower, header.base, MAP_NAME);
	return err;
}

const struct map *map_lower(const struct map *map)
{
	return map->lower;
}

const char *map_lower_name(const struct map *map)
{
	return (const char *)map->header.base;
}

bool map_sound(const struct map *map, int section_id)
{
	const struct map_section *section = &map->header.section[section_id];

	return crc32_z(0, map->data + section->offset, section->size) ==
	       section->crc;
}

int map_verify_own(const struct map *map)
{
	int i;

	for (i = 0; i < MAP_SECTIONS; i++)
		if (!map_sound(map, i))
			return error_set(-EBADMSG,
					 "the map is damaged: checksum of %s",
					 map_section_names[i]);
	return 0;
}

int map_verify(const struct map *map)
{
	int err = map_verify_own(map);

	if (err || !map->lower || !map_verify_own(map->lower))
		return err;
	return error_set(-EBADMSG,
			 "the map is damaged: checksum of its base %s",
			 map_lower_name(map));
}

void map_close(struct map *map)
{
	if (!map || --map->users)
		return;
	map_close(map->lower);
	if (map->lender)
		map->lender->back(map->lender, map->data);
	else if (map->data)
		munmap((void *)map->data, map->mapped);
	free(map);
}

bool map_form_current(const struct map *map)
{
	return map->header.form == MAP_FORM &&
	       (!map->lower || map->lower->header.form == MAP_FORM);
}

uint64_t map_rules(const struct map *map)
{
	return map->header.rules;
}

uint64_t map_rules_own(const struct map *map)
{
	return map->header.own_rules;
}

uint64_t map_size(const struct map *map)
{
	return map->header.file_size;
}

uint32_t map_checksum(const struct map *map)
{
	const struct map_section *section = map->header.section;
	uint32_t crc = 0;
	int i;

	for (i = 0; i < MAP_SECTIONS; i++)
		crc = crc32_combine(crc, section[i].crc, section[i].size);
	return crc;
}
