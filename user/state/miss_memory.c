// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

#include "error.h"
#include "map_known.h"
#include "miss_memory.h"
#include "read_only.h"

struct miss_memory {
	struct miss_header header; /* the workers': others may see another */
	size_t size;
	struct miss_header *shared; /* the header, and the tables behind it */
	int fd;
};

uint32_t miss_memory_buckets(uint64_t size)
{
	uint64_t most = size / MISS_MEMORY_MIN;
	uint32_t buckets = 1;

	if (!most)
		return 0;
	while (buckets < MISS_BUCKETS_MAX && buckets * 2 <= most)
		buckets *= 2;
	return buckets;
}

int miss_memory_header(struct miss_header *header, uint32_t buckets)
{
	memset(header, 0, sizeof(*header));
	if (getrandom(&header->run, sizeof(header->run), 0) !=
		    sizeof(header->run) ||
	    getrandom(&header->key, sizeof(header->key), 0) !=
		    sizeof(header->key))
		return error_set(-EIO, "cannot make a key for misses");
	header->magic = MISS_MAGIC;
	header->buckets = buckets;
	return 0;
}

/* A descriptor that cannot be used to write, and memory that cannot be cut. */
static int memory_share(struct miss_memory *memory, int fd)
{
	if (ftruncate(fd, memory->size))
		return -errno;
	memory->shared = mmap(NULL, memory->size, PROT_READ | PROT_WRITE,
			      MAP_SHARED, fd, 0);
	if (memory->shared == MAP_FAILED) {
		memory->shared = NULL;
		return -errno;
	}
	*memory->shared = memory->header;
	if (fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW))
		return -errno;
	memory->fd = read_only_open(fd);
	return memory->fd < 0 ? memory->fd : 0;
}

static int memory_make(struct miss_memory *memory)
{
	int fd = memfd_create("detour misses", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	int err;

	if (fd < 0)
		return -errno;
	err = memory_share(memory, fd);
	close(fd);
	return err;
}

int miss_memory_new(struct miss_memory **result, unsigned int writers,
		    uint32_t buckets)
{
	struct miss_memory *memory = calloc(1, sizeof(*memory));
	int err;

	if (!memory)
		return error_sys(-ENOMEM, "cannot start");
	memory->fd = -1;
	memory->size = MISS_BUCKET + writers * buckets * MISS_MEMORY_MIN;
	err = miss_memory_header(&memory->header, buckets);
	if (!err && buckets) {
		err = memory_make(memory);
		if (err)
			error_sys(err, "cannot count misses");
	}
	if (err)
		miss_memory_free(memory);
	else
		*result = memory;
	return err;
}

int miss_memory_fd(const struct miss_memory *memory)
{
	return memory->fd;
}

static void table_count(const struct miss_memory *memory,
			struct miss_bucket *tables, const struct map_key *key,
			uint32_t table, uint32_t now)
{
	uint32_t buckets = memory->header.buckets;
	struct miss_item item;
	uint64_t hash;

	miss_item_make(&item, key, table);
	hash = miss_hash(&memory->header.key, item.text, item.len,
			 item.host_len, item.cut);
	miss_add(&tables[table * buckets + miss_bucket_of(buckets, hash)], hash,
		 &item, now);
}

void miss_memory_count(struct miss_memory *memory, unsigned int writer,
		       const struct map *map, struct map_key *key, uint32_t now)
{
	struct miss_bucket *tables;
	uint32_t table;

	if (!memory || !memory->shared || !key->path_len)
		return;
	tables = (struct miss_bucket *)(memory->shared + 1) +
		 (size_t)writer * MISS_TABLES * memory->header.buckets;
	table = map && map_host_known(map, key) ? MISS_KNOWN : 0;
	table_count(memory, tables, key, table | MISS_HOSTS, now);
	table_count(memory, tables, key, table | MISS_URLS, now);
}

void miss_memory_free(struct miss_memory *memory)
{
	if (!memory)
		return;
	if (memory->shared)
		munmap(memory->shared, memory->size);
	if (memory->fd >= 0)
		close(memory->fd);
	free(memory);
}
