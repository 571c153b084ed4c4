// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <bpf/bpf.h>

#include "error.h"
#include "fast_map.h"
#include "fastpath.h"
#include "map_file.h"
#include "map_view.h"
#include "state.h"

/* A release on its way into BPF memory. */
struct load {
	struct map_header header; /* as it will stand in chunk 0 */
	struct fast_loaded loaded;
	uint64_t chunks; /* elements of the array */
	int fd;
	uint8_t *memory;
};

static uint64_t load_size(const struct load *load)
{
	return load->chunks * FAST_ELEMENT;
}

/* Sections behind each other from chunk 1 on. An empty one begins at the end,
 * so that not even a reader that ignores its size finds anything there. */
static int sections_place(struct load *load)
{
	struct map_section *section = load->header.section;
	int i;

	load->chunks = 1;
	for (i = 0; i < MAP_SECTIONS; i++) {
		section[i].offset = load->chunks << FAST_CHUNK_SHIFT;
		load->chunks +=
			(section[i].size + FAST_CHUNK - 1) >> FAST_CHUNK_SHIFT;
	}
	load->header.crc = crc32_z(0, (const void *)&load->header,
				   offsetof(struct map_header, crc));
	if (load->chunks > UINT32_MAX)
		return error_set(-EFBIG,
				 "release %llu does not fit into a BPF array",
				 load->loaded.release);
	return 0;
}

/* The header of a release without rules, or of its map. */
static void header_fill(struct load *load, const struct map *map)
{
	static const struct map_header none = {
		.magic = MAP_MAGIC,
		.version = MAP_VERSION,
		.byte_order = MAP_BYTE_ORDER,
	};

	load->header = map ? *map_header(map) : none;
	load->loaded.crc = load->header.crc;
}

static int memory_error(const struct load *load, int err, const char *what)
{
	return error_sys(err,
			 "cannot %s %" PRIu64
			 " KiB of BPF memory for release %llu%s",
			 what, load_size(load) >> 10, load->loaded.release,
			 err == -EPERM ? ", which needs root or CAP_BPF" : "");
}

static int memory_make(struct load *load)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts);
	void *memory;

	opts.map_flags = BPF_F_MMAPABLE | BPF_F_INNER_MAP;
	load->fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "redirect_map",
				  sizeof(uint32_t), FAST_ELEMENT, load->chunks,
				  &opts);
	if (load->fd < 0)
		return memory_error(load, load->fd, "allocate");
	memory = mmap(NULL, load_size(load), PROT_READ | PROT_WRITE, MAP_SHARED,
		      load->fd, 0);
	if (memory == MAP_FAILED)
		return memory_error(load, -errno, "map");
	load->memory = memory;
	return 0;
}

/* The checksum is of the copy, chunk by chunk while it is in the cache. */
static int section_copy(struct load *load, const struct map *map, int i)
{
	const struct map_section *section = &map_header(map)->section[i];
	uint64_t first = load->header.section[i].offset >> FAST_CHUNK_SHIFT;
	uint8_t *to = load->memory + first * FAST_ELEMENT;
	uint64_t left = section->size, len;
	uint32_t n, crc = 0;

	for (n = 0; left; n++, left -= len, to += FAST_ELEMENT) {
		len = left < FAST_CHUNK ? left : FAST_CHUNK;
		memcpy(to, map_chunk(map, i, n), len);
		crc = crc32_z(crc, to, len);
	}
	if (crc != section->crc)
		return error_set(-EBADMSG, "the map %s is damaged: checksum",
				 (const char *)load->loaded.name);
	return 0;
}

static int load_run(struct load *load, const struct map *map)
{
	int i, err;

	header_fill(load, map);
	err = sections_place(load);
	if (!err)
		err = memory_make(load);
	for (i = 0; i < MAP_SECTIONS && map && !err; i++)
		err = section_copy(load, map, i);
	if (err)
		return err;
	memcpy(load->memory, &load->header, sizeof(load->header));
	memcpy(load->memory + FAST_LOADED_AT, &load->loaded,
	       sizeof(load->loaded));
	return 0;
}

int fast_map_describe(const char *state, const struct live_file *live,
		      struct fast_loaded *loaded)
{
	size_t len = strlen(live->map), end = sizeof(STATE_TMP) - 1;
	char path[PATH_MAX];
	struct stat st;

	_Static_assert(sizeof(loaded->name) == sizeof(live->map), "names");
	memset(loaded, 0, sizeof(*loaded));
	loaded->release = live->release;
	if (len > end && !strcmp(live->map + len - end, STATE_TMP))
		len -= end;
	memcpy(loaded->name, live->map, len);
	if (!*live->map)
		return 0;
	state_map_path(path, state, live->map);
	if (stat(path, &st))
		return error_sys(-errno, "cannot open %s", path);
	loaded->inode = st.st_ino;
	loaded->written =
		st.st_mtim.tv_sec * 1000000000ULL + st.st_mtim.tv_nsec;
	return 0;
}

int fast_map_load_over(const char *state, const struct live_file *live,
		       uint32_t slot)
{
	struct load load = {.fd = -1};
	struct map *map = NULL;
	char path[PATH_MAX];
	int err;

	err = fast_map_describe(state, live, &load.loaded);
	load.loaded.base = slot;
	if (!err && *live->map) {
		state_map_path(path, state, live->map);
		err = map_open(&map, path);
	}
	if (!err)
		err = load_run(&load, map);
	map_close(map);
	if (load.memory)
		munmap(load.memory, load_size(&load));
	if (err && load.fd >= 0)
		close(load.fd);
	return err ? err : load.fd;
}

int fast_map_load(const char *state, const struct live_file *live)
{
	return fast_map_load_over(state, live, 0);
}
