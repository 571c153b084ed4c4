// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "live_cache.h"
#include "map_file.h"

/* In ms: all servers have by then what they read; commands read it, too. */
enum { CACHE_WAIT = 1000, CACHE_AGAIN = 10000 };

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* The file of a map's base is in the same folder. */
static int file_open(const struct map *map, const char *path, bool base)
{
	const char *slash = strrchr(path, '/');
	char lower[PATH_MAX];

	if (!map || (base && !map_lower(map)))
		return -1;
	if (base && snprintf(lower, sizeof(lower), "%.*s%s",
			     slash ? (int)(slash - path + 1) : 0, path,
			     map_lower_name(map)) >= (int)sizeof(lower))
		return -1;
	return open(base ? lower : path, O_RDONLY | O_CLOEXEC);
}

/* Another may be having it dropped just now: then it is to be locked later, and
 * what was dropped meanwhile is read again. */
static void file_keep(struct live_cache *cache, int i)
{
	int fd = cache->file[i];

	if (fd < 0 || cache->locked[i])
		return;
	cache->locked[i] = !flock(fd, LOCK_SH | LOCK_NB);
	if (cache->locked[i])
		posix_fadvise(fd, 0, 0, POSIX_FADV_WILLNEED);
}

void live_cache_turn(struct live_cache *cache, const struct map *map,
		     const char *path, bool from_file)
{
	int i;

	live_cache_close(cache);
	if (!from_file)
		cache->due = now_ms() + CACHE_WAIT;
	for (i = 0; i < 2 && from_file; i++) {
		cache->file[i] = file_open(map, path, i);
		file_keep(cache, i);
	}
}

void live_cache_look(struct live_cache *cache, const struct map *map,
		     const char *path)
{
	int i, fd;

	for (i = 0; i < 2; i++)
		file_keep(cache, i);
	if (!cache->due || now_ms() < cache->due)
		return;
	cache->due = now_ms() + CACHE_AGAIN;
	for (i = 0; i < 2; i++) {
		fd = file_open(map, path, i);
		if (fd < 0)
			continue;
		if (!flock(fd, LOCK_EX | LOCK_NB))
			posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
		close(fd);
	}
}

void live_cache_close(struct live_cache *cache)
{
	int i;

	for (i = 0; i < 2; i++)
		if (cache->file[i] >= 0)
			close(cache->file[i]);
	*cache = LIVE_CACHE_NONE;
}
