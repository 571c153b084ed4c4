// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "format_first.h"
#include "format_first_cells.h"
#include "limit.h"

/* What hosts have in common is looked for so often, at most. */
enum { FIRST_STEPS = 100000000 };

static const struct format_first_entry *
entry_of(const struct format_first *first, uint32_t number)
{
	const struct format_first_entry *entry;

	if (number == FORMAT_FIRST_NONE)
		return NULL;
	entry = &first->entries[number];
	return entry->action ? entry : NULL;
}

/* Whether what nothing answers must be said: something wider does, of the host
 * or of a wider one, where it may be narrower, too, or answers a spelling. */
static bool pass_needed(const struct format_first *first,
			const struct format_region *region)
{
	struct format_region spelled = *region;
	char host[LIMIT_HOST + 8];

	spelled.fold = false;
	if (format_first_acts(first, region) ||
	    (region->fold && format_first_acts(first, &spelled)))
		return true;
	if (region->kind == FORMAT_REGION_EXACT ||
	    region->kind == FORMAT_REGION_QUERY ||
	    strlen(region->host) > LIMIT_HOST + 4)
		return false;
	strcpy(host, region->host);
	while (format_first_wider(host)) {
		uint32_t wider = format_first_host(first, host, strlen(host));

		if (wider != FORMAT_FIRST_NONE && first->hosts[wider].acts)
			return true;
	}
	return false;
}

/* Give a source for each scheme, or for both. */
static int numbers_give(const struct format_first *first,
			struct format_region *region, const uint32_t numbers[2],
			format_first_give_fn *give, void *arg)
{
	const struct format_first_entry *of[2], *pass = NULL;
	unsigned int i;
	int err = 0;

	for (i = 0; i < 2; i++) {
		of[i] = entry_of(first, numbers[i]);
		if (numbers[i] != FORMAT_FIRST_NONE)
			pass = &first->entries[numbers[i]];
	}
	region->schemes = FORMAT_REGION_BOTH;
	if (!of[0] && !of[1])
		return pass && pass_needed(first, region)
			       ? give(arg, region, pass)
			       : 0;
	if (of[0] && of[1] && of[0]->action == of[1]->action &&
	    of[0]->value == of[1]->value)
		return give(arg, region, of[0]);
	for (i = 0; !err && i < 2; i++) {
		region->schemes = 1U << i;
		if (of[i])
			err = give(arg, region, of[i]);
	}
	return err;
}

static int source_give(const struct format_first *first,
		       struct format_region *region, format_first_give_fn *give,
		       void *arg)
{
	uint32_t numbers[2];

	format_first_both(first, region, numbers);
	return numbers_give(first, region, numbers, give, arg);
}

/* The same of a key: an entry was added where none before it has it all, so
 * that its own are the first. */
static int key_give(const struct format_first *first,
		    const struct format_first_key *key,
		    struct format_region *region, format_first_give_fn *give,
		    void *arg)
{
	if (key->made || key->first[0] == FORMAT_FIRST_NONE ||
	    key->first[1] == FORMAT_FIRST_NONE)
		return source_give(first, region, give, arg);
	return numbers_give(first, region, key->first, give, arg);
}

/* What a path without case has in common with prefixes with case, as far as it is
 * spelled as its entry has it; false where nothing has. */
static bool fold_cell(const struct format_first *first,
		      const struct format_region *region,
		      struct format_region *cell)
{
	uint32_t cells[2], regions[2];

	if (!region->fold || !first->folds[0])
		return false;
	*cell = *region;
	cell->fold = false;
	format_first_both(first, cell, cells);
	format_first_both(first, region, regions);
	return cells[0] != regions[0] || cells[1] != regions[1];
}

static int fold_give(const struct format_first *first,
		     const struct format_region *region,
		     format_first_give_fn *give, void *arg)
{
	struct format_region cell;
	uint32_t host =
		format_first_host(first, region->host, strlen(region->host));

	if (!fold_cell(first, region, &cell) ||
	    format_first_key(first, host, &cell) != FORMAT_FIRST_NONE)
		return 0;
	return source_give(first, &cell, give, arg);
}

/* Where nothing answers the path without the '/', and something all others. */
static int slash_pass(const struct format_first *first,
		      const struct format_region *cell,
		      const struct format_region *prefix,
		      format_first_give_fn *give, void *arg)
{
	struct format_first_entry pass = {.region = *cell};
	const struct format_first_entry *of = NULL;
	uint32_t numbers[2][2];
	unsigned int i;

	format_first_both(first, cell, numbers[0]);
	format_first_both(first, prefix, numbers[1]);
	for (i = 0; i < 2; i++) {
		if (entry_of(first, numbers[0][i]))
			return 0;
		if (!of)
			of = entry_of(first, numbers[1][i]);
	}
	if (!of)
		return 0;
	pass.at = of->at;
	return give(arg, cell, &pass);
}

/* A prefix that ends in '/' takes the path without it, too, as sources do: that
 * is a source of its own where another entry answers it. */
static int slash_give(const struct format_first *first,
		      const struct format_region *prefix,
		      format_first_give_fn *give, void *arg)
{
	static __thread char path[LIMIT_LINE];
	size_t len = strlen(prefix->path);
	struct format_region cell = *prefix;
	uint32_t numbers[2][2];
	bool needed = false;
	unsigned int i;
	int err = 0;

	if (prefix->kind != FORMAT_REGION_PREFIX || len < 2 ||
	    len > sizeof(path) || prefix->path[len - 1] != '/')
		return 0;
	memcpy(path, prefix->path, len - 1);
	path[len - 1] = '\0';
	cell.path = path;
	cell.kind = FORMAT_REGION_EXACT;
	if (format_first_key(first,
			     format_first_host(first, cell.host,
					       strlen(cell.host)),
			     &cell) != FORMAT_FIRST_NONE)
		return first->slash && !format_first_acts(first, &cell)
			       ? slash_pass(first, &cell, prefix, give, arg)
			       : 0;
	format_first_both(first, &cell, numbers[0]);
	format_first_both(first, prefix, numbers[1]);
	for (i = 0; i < 2; i++) {
		const struct format_first_entry *of =
			entry_of(first, numbers[0][i]);

		/* what a wider one answers ends without the '/', too */
		needed |= of && (first->slash ||
				 of != entry_of(first, numbers[1][i]));
	}
	if (needed)
		err = source_give(first, &cell, give, arg);
	else if (first->slash)
		err = slash_pass(first, &cell, prefix, give, arg);
	return err ? err : fold_give(first, &cell, give, arg);
}

/* What a wider host answers around a region of a narrower one's. */
struct between {
	const struct format_region *cell, *around;
	bool acts[2]; /* of http, of TLS */
};

static bool between_take(const struct format_first *first, uint32_t key,
			 void *arg)
{
	struct between *between = arg;
	struct format_region region =
		format_first_region(first, &first->keys[key]);
	uint32_t numbers[2];

	region.host = between->cell->host;
	if (format_region_within(between->around, &region) ||
	    format_region_within(&region, between->cell))
		return false;
	format_first_both(first, &region, numbers);
	between->acts[0] |= entry_of(first, numbers[0]) != NULL;
	between->acts[1] |= entry_of(first, numbers[1]) != NULL;
	return between->acts[0] && between->acts[1];
}

/* Whether what a host has around a region answers otherwise than what comes
 * first for it. */
static bool cell_needed(const struct format_first *first, uint32_t host,
			const struct format_region *cell)
{
	uint32_t around = format_first_around(first, host, cell);
	struct format_region wider;
	struct between between = {.cell = cell, .around = &wider};
	uint32_t numbers[2][2];
	unsigned int i;

	if (around == FORMAT_FIRST_NONE ||
	    format_first_key(first, host, cell) != FORMAT_FIRST_NONE)
		return false;
	wider = format_first_region(first, &first->keys[around]);
	format_first_both(first, cell, numbers[0]);
	format_first_both(first, &wider, numbers[1]);
	for (i = 0; i < 2; i++)
		if (entry_of(first, numbers[0][i]) !=
		    entry_of(first, numbers[1][i]))
			return true;
	/* a source between the two would take what nothing answers */
	if (!entry_of(first, numbers[0][0]) || !entry_of(first, numbers[0][1]))
		format_first_walk(first, cell, between_take, &between);
	for (i = 0; i < 2; i++)
		if (between.acts[i] && !entry_of(first, numbers[0][i]))
			return true;
	if (entry_of(first, numbers[0][0]) || entry_of(first, numbers[0][1]))
		return false;
	/* what nothing answers is no source, and lets a wider host's be found */
	return !pass_needed(first, &wider) && format_first_acts(first, cell);
}

/* Whether a host between two has a key for a region, so that it was asked for
 * there. */
static bool nearer_has(const struct format_first *first, uint32_t host,
		       uint32_t wider, const struct format_region *cell)
{
	char name[LIMIT_HOST + 8];

	strcpy(name, first->hosts[host].name);
	while (format_first_wider(name)) {
		uint32_t between = format_first_host(first, name, strlen(name));

		if (between == wider)
			return false;
		if (between != FORMAT_FIRST_NONE &&
		    format_first_key(first, between, cell) != FORMAT_FIRST_NONE)
			return true;
	}
	return false;
}

/* Give what a host has in common with the paths of a wider one. */
static int host_meet(struct format_first *first, uint32_t host, uint32_t wider,
		     format_first_give_fn *give, void *arg)
{
	uint32_t key = first->hosts[wider].keys;
	int err = 0;

	for (; !err && key != FORMAT_FIRST_NONE; key = first->keys[key].next) {
		struct format_region cell =
			format_first_region(first, &first->keys[key]);

		struct format_region narrow;

		cell.host = first->hosts[host].name;
		if (++first->steps > FIRST_STEPS)
			return -E2BIG;
		if (nearer_has(first, host, wider, &cell) ||
		    format_first_key(first, host, &cell) != FORMAT_FIRST_NONE)
			continue;
		if (fold_cell(first, &cell, &narrow) &&
		    cell_needed(first, host, &narrow))
			err = source_give(first, &narrow, give, arg);
		if (err || !cell_needed(first, host, &cell))
			continue;
		err = source_give(first, &cell, give, arg);
		if (!err)
			err = slash_give(first, &cell, give, arg);
	}
	return err;
}

static int host_cells(struct format_first *first, uint32_t host,
		      format_first_give_fn *give, void *arg)
{
	char name[LIMIT_HOST + 8];
	size_t len = strlen(first->hosts[host].name);
	int err = 0;

	if (len > LIMIT_HOST + 4)
		return 0;
	memcpy(name, first->hosts[host].name, len + 1);
	while (!err && format_first_wider(name)) {
		uint32_t wider = format_first_host(first, name, strlen(name));

		if (wider != FORMAT_FIRST_NONE)
			err = host_meet(first, host, wider, give, arg);
	}
	return err;
}

int format_first_cells(struct format_first *first, format_first_give_fn *give,
		       void *arg)
{
	int err = 0;
	size_t i;

	for (i = 0; !err && i < first->key_count; i++) {
		struct format_region region =
			format_first_region(first, &first->keys[i]);

		err = key_give(first, &first->keys[i], &region, give, arg);
		if (!err)
			err = slash_give(first, &region, give, arg);
		if (!err)
			err = fold_give(first, &region, give, arg);
	}
	for (i = 0; !err && i < first->host_count; i++)
		if (first->hosts[i].prefixes[0] ||
		    first->hosts[i].prefixes[1] || first->hosts[i].patterns)
			err = host_cells(first, i, give, arg);
	return err;
}
