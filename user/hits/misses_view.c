// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "lookup_key.h"
#include "map_file.h"
#include "map_known.h"
#include "map_lookup.h"
#include "miss_sum.h"
#include "misses.h"
#include "misses_view.h"
#include "release.h"

/* A path that no rule has but for one of all paths of a host. */
#define PATH_ANY "/\1/\1/\1/\1"

static void key_make(struct map_key *key, const struct misses_line *line)
{
	const char *path = line->text + line->host_len;
	size_t len = line->len - line->host_len;

	memset(key, 0, offsetof(struct map_key, host));
	if (!len) {
		path = PATH_ANY;
		len = strlen(path);
	}
	key->host_len = line->host_len;
	memcpy(key->host, line->text, line->host_len);
	key->path_len = len;
	memcpy(key->path, path, len);
}

/* Look at it with the rules of now: whether a request for it is missed. Of what
 * is cut nobody knows. */
static bool line_missed(struct misses_line *line, const struct map *map,
			struct map_key *key)
{
	line->known = false;
	if (!map)
		return true;
	key_make(key, line);
	line->known = map_host_known(map, key);
	return line->cut || !map_lookup(map, key);
}

/* Those of the same text are one. */
static int line_compare(const void *a, const void *b)
{
	const struct misses_line *x = a, *y = b;

	if (x->len != y->len)
		return x->len < y->len ? -1 : 1;
	if (x->host_len != y->host_len)
		return x->host_len < y->host_len ? -1 : 1;
	if (x->cut != y->cut)
		return x->cut ? 1 : -1;
	return memcmp(x->text, y->text, x->len);
}

static int line_order(const void *a, const void *b)
{
	const struct misses_line *x = a, *y = b;

	if (x->known != y->known)
		return x->known ? -1 : 1;
	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	if (x->last != y->last)
		return x->last > y->last ? -1 : 1;
	return line_compare(a, b);
}

static void lines_take(struct misses_lines *lines, const struct miss_list *list)
{
	size_t i;

	for (i = 0; i < list->count; i++) {
		const struct miss_found *found = &list->found[i];

		lines->line[lines->count++] = (struct misses_line){
			.text = found->text,
			.len = found->len,
			.host_len = found->host_len,
			.cut = found->cut,
			.count = found->count,
			.error = found->error,
			.last = found->last,
		};
	}
}

/* A host that has got rules, or has none any more, was counted among both. */
static void lines_merge(struct misses_lines *lines)
{
	struct misses_line *to = lines->line, *from;
	size_t i;

	if (!lines->count)
		return;
	qsort(lines->line, lines->count, sizeof(*lines->line), line_compare);
	for (i = 1; i < lines->count; i++) {
		from = &lines->line[i];
		if (line_compare(to, from)) {
			*++to = *from;
			continue;
		}
		to->count += from->count;
		to->error += from->error;
		if (from->last > to->last)
			to->last = from->last;
	}
	lines->count = to - lines->line + 1;
}

static void lines_judge(struct misses_lines *lines, const struct map *map,
			struct map_key *key)
{
	size_t i, left = 0;

	for (i = 0; i < lines->count; i++) {
		struct misses_line *line = &lines->line[i];

		if (!line_missed(line, map, key)) {
			lines->answered++;
			continue;
		}
		lines->known += line->known;
		lines->line[left++] = *line;
	}
	lines->count = left;
	if (left)
		qsort(lines->line, left, sizeof(*lines->line), line_order);
}

/* table: MISS_HOSTS or MISS_URLS. */
static int lines_read(struct misses_lines *lines, struct miss_sum *sum,
		      uint32_t table, const struct map *map,
		      struct map_key *key)
{
	struct miss_list list[2] = {{0}, {0}};
	size_t room;
	int err, i;

	err = miss_sum_list(sum, table, 0, &list[0]);
	if (!err)
		err = miss_sum_list(sum, table | MISS_KNOWN, 0, &list[1]);
	room = list[0].count + list[1].count;
	if (!err && room) {
		lines->line = malloc(room * sizeof(*lines->line));
		if (!lines->line)
			err = error_sys(-ENOMEM, "cannot read misses");
	}
	for (i = 0; i < 2 && !err; i++) {
		lines->missed[i] = list[i].missed;
		lines->absent[i] = list[i].absent;
		lines_take(lines, &list[i]);
	}
	miss_list_free(&list[0]);
	miss_list_free(&list[1]);
	lines_merge(lines);
	lines_judge(lines, map, key);
	return err;
}

static int view_read(struct misses_view *view, const char *state,
		     const struct map *map, void (*failed)(int err, void *arg),
		     void *arg)
{
	struct map_key *key = malloc(sizeof(*key));
	int err;

	if (!key)
		return error_sys(-ENOMEM, "cannot read misses");
	err = misses_read(view->sum, state, failed, arg);
	if (!err)
		err = lines_read(&view->hosts, view->sum, MISS_HOSTS, map, key);
	if (!err)
		err = lines_read(&view->urls, view->sum, MISS_URLS, map, key);
	free(key);
	return err;
}

int misses_view_open(struct misses_view *view, const char *state, FILE *out,
		     void (*failed)(int err, void *arg), void *arg)
{
	struct map *map = NULL;
	struct live_file live;
	int err;

	memset(view, 0, sizeof(*view));
	err = release_open_map(state, &live, &map, out);
	if (!err)
		err = miss_sum_new(&view->sum);
	if (!err)
		err = view_read(view, state, map, failed, arg);
	map_close(map);
	if (err)
		misses_view_close(view);
	return err;
}

void misses_view_close(struct misses_view *view)
{
	free(view->hosts.line);
	free(view->urls.line);
	miss_sum_free(view->sum);
	memset(view, 0, sizeof(*view));
}
