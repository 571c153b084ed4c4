// SPDX-License-Identifier: BSD-2-Clause
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "file.h"
#include "interrupt.h"
#include "live_file.h"
#include "map_build.h"
#include "map_file.h"
#include "progress.h"
#include "release_map.h"
#include "rule.h"
#include "state.h"
#include "store.h"
#include "store_draft.h"
#include "store_release.h"
#include "store_scan.h"

/* A rollback reads a map of up to so many bytes as a whole, in a fraction of a
 * second; of a larger one only the header, since it is to be instant. */
enum { LINK_VERIFY_MAX = 256 << 20 };

/* So large is that of a hundred thousand rules. */
enum { SLOW_SIZE = 8 << 20 };

void release_map_name(struct live_file *live, uint64_t release)
{
	live->release = release;
	snprintf(live->map, sizeof(live->map), "%" PRIu64 ".map", release);
}

void release_map_tmp_path(char *path, const char *state, const char *map)
{
	state_path(path, state, "maps/%s" STATE_TMP, map);
}

int release_map_write(const char *path, const struct release_source *source,
		      const atomic_bool *stop, uint64_t *rules)
{
	struct map_build *build = NULL;
	struct rule rule;
	int err;

	*rules = 0;
	while ((err = source->next(source->arg, &rule)) > 0) {
		err = build ? 0 : map_build_open(&build, path);
		if (!err && source->former)
			map_build_former(build);
		if (!err && stop && atomic_load(stop))
			err = error_set(-ECANCELED, "compiling was stopped");
		if (!err)
			err = interrupt_check();
		if (!err)
			err = map_build_add(build, &rule);
		if (err)
			break;
		++*rules;
		if (!stop)
			progress_at(*rules);
	}
	if (!err && build)
		err = map_build_finish(build);
	map_build_free(build);
	return err;
}

static int scan_next(void *arg, struct rule *rule)
{
	return store_scan_next(arg, rule);
}

int release_map_compile(const char *path, struct store *store, uint64_t rows,
			uint64_t *rules)
{
	struct release_source source = {.next = scan_next};
	struct store_scan *scan;
	int err;

	err = store_scan_open(&scan, store, rows, NULL, NULL);
	if (err)
		return err;
	source.arg = scan;
	source.former = store_is_former(store);
	err = release_map_write(path, &source, NULL, rules);
	store_scan_close(scan);
	return err;
}

static int maps_sync(const char *state)
{
	char dir[PATH_MAX];

	state_path(dir, state, "maps");
	return state_sync(dir);
}

int release_map_publish(const char *state, const char *map)
{
	char tmp[PATH_MAX], path[PATH_MAX];

	release_map_tmp_path(tmp, state, map);
	state_map_path(path, state, map);
	if (rename(tmp, path)) {
		int err = error_sys(-errno, "cannot rename %s", tmp);

		unlink(tmp);
		return err;
	}
	return maps_sync(state);
}

int release_map_link(const char *state, const char *from, const char *map,
		     uint64_t rules)
{
	char source[PATH_MAX], path[PATH_MAX];
	struct map *opened;
	uint64_t size;
	int err;

	state_map_path(source, state, from);
	if (!file_shared(source))
		return error_set(-EACCES, "%s is not for everyone", source);
	err = map_open(&opened, source);
	if (err)
		return err;
	size = map_size(opened);
	if (map_lower(opened))
		size += map_size(map_lower(opened));
	if (size <= LINK_VERIFY_MAX)
		err = map_verify(opened);
	if (!err && map_rules(opened) != rules)
		err = error_set(-EBADMSG, "%s is another release's", source);
	if (!err && !map_form_current(opened))
		err = error_set(-EPROTONOSUPPORT, "%s is of a former detour",
				source);
	map_close(opened);
	if (err)
		return err;
	state_map_path(path, state, map);
	if (link(source, path))
		return error_sys(-errno, "cannot link %s", path);
	return maps_sync(state);
}

int release_map_check(const char *state, const char *name, struct map **map)
{
	char path[PATH_MAX];
	int err;

	*map = NULL;
	state_map_path(path, state, name);
	err = map_open(map, path);
	if (err)
		return err;
	err = map_verify(*map);
	if (err) {
		map_close(*map);
		*map = NULL;
	}
	return err;
}

bool release_map_damaged(int err)
{
	return err == -ENOENT || err == -EBADMSG;
}

int release_map_whole(const char *state, struct store *store,
		      const struct live_file *live)
{
	char tmp[PATH_MAX];
	uint64_t rows, rules, compiled;
	int err;

	release_map_tmp_path(tmp, state, live->map);
	unlink(tmp);
	err = store_rows(store, live->release, &rows, &rules);
	if (!err)
		err = release_map_compile(tmp, store, rows, &compiled);
	if (!err && (!compiled || compiled != rules))
		err = error_set(-EBADMSG,
				"the store has %" PRIu64 " of the %" PRIu64
				" rules of release %" PRIu64,
				compiled, rules, live->release);
	if (err)
		unlink(tmp);
	return err;
}

int release_map_rebuild(const char *state, struct store *store,
			const struct live_file *live)
{
	int err = release_map_whole(state, store, live);

	return err ? err : release_map_publish(state, live->map);
}

int release_map_private(const char *state, struct store *store,
			const struct live_file *live, struct map **map,
			FILE *out)
{
	char tmp[PATH_MAX];
	int err;

	fprintf(out, "detour: %s; compiling its rules for this process\n",
		error_text());
	release_map_tmp_path(tmp, state, live->map);
	err = release_map_whole(state, store, live);
	if (!err)
		err = map_open(map, tmp);
	unlink(tmp);
	return err;
}

static int lower_peek(const char *state, uint64_t release, char lower[MAP_NAME])
{
	struct live_file named;
	char path[PATH_MAX];

	release_map_name(&named, release);
	state_map_path(path, state, named.map);
	return map_peek(path, lower);
}

/* Whether one of a few maps names a file as its lower map. What cannot be read
 * may name any. */
static bool map_is_lower(const char *state, const char *name, uint64_t from,
			 uint64_t to)
{
	char lower[MAP_NAME];
	uint64_t release;
	int err;

	for (release = from; release <= to; release++) {
		err = lower_peek(state, release, lower);
		if (err ? !release_map_damaged(err) : !strcmp(lower, name))
			return true;
	}
	return false;
}

/* The release in a map's name, and what is behind; 0: what we did not name. */
static uint64_t map_number(const char *name, const char **behind)
{
	char *end = "";
	uint64_t number = 0;

	if (*name >= '0' && *name <= '9')
		number = strtoull(name, &end, 10);
	*behind = end;
	return number;
}

/* The release whose map is without a lower one, of this or of its lower one; 0:
 * not known. */
static uint64_t base_find(const char *state, uint64_t release)
{
	char lower[MAP_NAME];
	const char *behind;

	if (lower_peek(state, release, lower))
		return 0;
	return *lower ? map_number(lower, &behind) : release;
}

static bool is_slow(DIR *dir, const char *name)
{
	struct stat st;

	return !fstatat(dirfd(dir), name, &st, AT_SYMLINK_NOFOLLOW) &&
	       st.st_size >= SLOW_SIZE;
}

/* What was live before all that stands on the base of a release, if its map is
 * not compiled in a moment: whoever turns back to it behind some single changes
 * finds that, too. */
static uint64_t base_before(const char *state, DIR *dir, uint64_t release)
{
	uint64_t base = base_find(state, release), found = 0, number;
	struct dirent *entry;
	const char *behind;

	while ((entry = readdir(dir))) {
		number = map_number(entry->d_name, &behind);
		if (!strcmp(behind, ".map") && number < base &&
		    number > found && is_slow(dir, entry->d_name) &&
		    base_find(state, number) == number)
			found = number;
	}
	rewinddir(dir);
	return found;
}

/* Whether a file below maps/ is to go. What we did not name, we keep. */
static bool map_is_stale(const char *state, const char *name, uint64_t from,
			 uint64_t to)
{
	const char *behind;
	uint64_t number = map_number(name, &behind);

	if (!strcmp(behind, ".map" STATE_TMP))
		return true;
	if (strcmp(behind, ".map") || (number >= from && number <= to))
		return false;
	return number > to || !map_is_lower(state, name, from, to);
}

static release_map_leaves_fn *leaves;

void release_map_leaves(release_map_leaves_fn *fn)
{
	leaves = fn;
}

/* Giving a file's space back takes a while if it is large: that is for the one
 * who holds it. */
static void map_remove(const char *state, DIR *dir, const char *name,
		       struct release_map_gone *gone)
{
	int fd = -1;

	if (leaves)
		leaves(state, name);
	if (gone && gone->count < RELEASE_MAP_GONE)
		fd = openat(dirfd(dir), name,
			    O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd >= 0)
		gone->fd[gone->count++] = fd;
	unlinkat(dirfd(dir), name, 0);
}

void release_map_gone_free(struct release_map_gone *gone)
{
	while (gone->count)
		close(gone->fd[--gone->count]);
}

void release_map_clean(const char *state, uint64_t oldest, uint64_t from,
		       uint64_t to, struct release_map_gone *gone)
{
	char path[PATH_MAX];
	struct live_file before;
	struct dirent *entry;
	uint64_t number;
	DIR *dir;

	state_path(path, state, "maps");
	dir = opendir(path);
	if (!dir)
		return;
	number = base_before(state, dir, to);
	release_map_name(&before, number);
	while ((entry = readdir(dir))) {
		if (number && number >= oldest &&
		    !strcmp(entry->d_name, before.map))
			continue;
		if (map_is_stale(state, entry->d_name, from, to))
			map_remove(state, dir, entry->d_name, gone);
	}
	closedir(dir);
}

static const char draft_map[] = "draft-";

int release_map_draft(char *map, size_t size)
{
	uint64_t number;

	if (getrandom(&number, sizeof(number), 0) != sizeof(number))
		return error_sys(-errno, "cannot name a map");
	snprintf(map, size, "%s%016" PRIx64 ".map", draft_map, number);
	return 0;
}

/* The name that is looked for, until it is found. */
static int draft_is_of(const struct store_draft *draft, void *arg)
{
	return !strcmp(draft->map, arg);
}

void release_map_clean_drafts(const char *state, struct store *store,
			      uint64_t live)
{
	char path[PATH_MAX];
	struct dirent *entry;
	DIR *dir;

	state_path(path, state, "maps");
	dir = opendir(path);
	if (!dir)
		return;
	while ((entry = readdir(dir)))
		if (!strncmp(entry->d_name, draft_map, strlen(draft_map)) &&
		    !store_draft_each(store, live, draft_is_of, entry->d_name))
			unlinkat(dirfd(dir), entry->d_name, 0);
	closedir(dir);
}
