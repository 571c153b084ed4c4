// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "map_view.h"
#include "rehearse_paths.h"

enum { INDEX = REHEARSE_PATHS * 2 };

enum rehearse_unruled rehearse_unruled(int status)
{
	if ((status >= 200 && status < 300) || status == 304)
		return REHEARSE_THERE;
	if ((status >= 300 && status < 400) || status == 410)
		return REHEARSE_MISSED;
	return REHEARSE_OTHER;
}

static uint64_t bytes_hash(uint64_t hash, const uint8_t *bytes, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		hash = (hash ^ bytes[i]) * 0x100000001b3ULL;
	return hash;
}

static uint64_t key_hash(const struct map_key *key)
{
	uint64_t hash = 0xcbf29ce484222325ULL;

	hash = bytes_hash(hash, key->host, key->host_len);
	return bytes_hash(hash, key->path, key->path_len);
}

static bool path_is(const struct rehearse_path *path, const struct map_key *key,
		    uint64_t hash)
{
	return path->hash == hash &&
	       path->len == key->host_len + key->path_len &&
	       !memcmp(path->text, key->host, key->host_len) &&
	       !memcmp(path->text + key->host_len, key->path, key->path_len);
}

/* The place of a key's number, or where it would be. */
static uint32_t *key_place(const struct rehearse_paths *paths,
			   const struct map_key *key, uint64_t hash)
{
	size_t at = (hash ^ hash >> 32) % INDEX;

	while (paths->index[at] &&
	       !path_is(&paths->paths[paths->index[at] - 1], key, hash))
		at = (at + 1) % INDEX;
	return &paths->index[at];
}

static void index_make(struct rehearse_paths *paths)
{
	size_t i, at;

	memset(paths->index, 0, INDEX * sizeof(*paths->index));
	for (i = 0; i < paths->count; i++) {
		uint64_t hash = paths->paths[i].hash;

		for (at = (hash ^ hash >> 32) % INDEX; paths->index[at];)
			at = (at + 1) % INDEX;
		paths->index[at] = i + 1;
	}
}

static int path_order(const void *a, const void *b)
{
	const struct rehearse_path *one = a, *two = b;
	size_t len = one->len < two->len ? one->len : two->len;
	int order;

	if (one->count != two->count)
		return one->count > two->count ? -1 : 1;
	order = memcmp(one->text, two->text, len);
	return order ? order : (one->len > two->len) - (one->len < two->len);
}

static int count_order(const void *a, const void *b)
{
	const struct rehearse_path *one = a, *two = b;

	return (one->count < two->count) - (one->count > two->count);
}

static void half_drop(struct rehearse_paths *paths)
{
	struct rehearse_path *all = paths->paths;
	size_t kept = 0, i;
	uint64_t less;

	qsort(all, paths->count, sizeof(*all), count_order);
	less = all[paths->count / 2].count;
	for (i = 0; i < paths->count; i++) {
		if (all[i].count > less) {
			all[i].count -= less;
			all[kept++] = all[i];
			continue;
		}
		paths->bytes -= all[i].len;
		free(all[i].text);
	}
	paths->count = kept;
	paths->short_by += less;
	index_make(paths);
}

static int path_begin(struct rehearse_paths *paths, const struct map_key *key,
		      uint64_t hash, int status)
{
	size_t len = key->host_len + key->path_len;
	char *text;

	while (paths->count == REHEARSE_PATHS ||
	       (paths->count && paths->bytes + len > REHEARSE_PATHS_BYTES))
		half_drop(paths);
	if (array_grow(&paths->paths, &paths->room, paths->count + 1,
		       sizeof(*paths->paths)))
		return -ENOMEM;
	text = malloc(len + 1);
	if (!text)
		return -ENOMEM;
	memcpy(text, key->host, key->host_len);
	memcpy(text + key->host_len, key->path, key->path_len);
	paths->paths[paths->count] = (struct rehearse_path){
		.count = 1,
		.hash = hash,
		.text = text,
		.len = len,
		.status = status,
	};
	paths->bytes += len;
	*key_place(paths, key, hash) = ++paths->count;
	return 0;
}

int rehearse_paths_add(struct rehearse_paths *paths, const struct map_key *key,
		       int status)
{
	uint64_t hash = key_hash(key);
	uint32_t number;
	int err = 0;

	if (!paths->index)
		paths->index = calloc(INDEX, sizeof(*paths->index));
	if (!paths->index)
		return error_sys(-ENOMEM, "cannot keep what was rehearsed");
	paths->requests++;
	number = *key_place(paths, key, hash);
	if (number)
		paths->paths[number - 1].count++;
	else
		err = path_begin(paths, key, hash, status);
	return err ? error_sys(err, "cannot keep what was rehearsed") : 0;
}

void rehearse_paths_sort(struct rehearse_paths *paths)
{
	free(paths->index);
	paths->index = NULL;
	if (paths->count)
		qsort(paths->paths, paths->count, sizeof(*paths->paths),
		      path_order);
}

void rehearse_paths_free(struct rehearse_paths *paths)
{
	size_t i;

	for (i = 0; i < paths->count; i++)
		free(paths->paths[i].text);
	free(paths->paths);
	free(paths->index);
	memset(paths, 0, sizeof(*paths));
}
