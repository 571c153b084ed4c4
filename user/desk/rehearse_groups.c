// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "rehearse_groups.h"

enum { INDEX_FIRST = 1024 };

static uint64_t group_hash(const struct rehearse_group *group)
{
	uint64_t hash = group->rule[0];

	hash = hash * 0x9e3779b97f4a7c15ULL + group->rule[1];
	hash = hash * 0x9e3779b97f4a7c15ULL +
	       (group->class * 4 + group->lower[0] * 2 + group->lower[1]);
	hash *= 0xd6e8feb86659fd93ULL;
	return hash ^ hash >> 32;
}

static bool group_is(const struct rehearse_group *a,
		     const struct rehearse_group *b)
{
	return a->class == b->class && a->rule[0] == b->rule[0] &&
	       a->rule[1] == b->rule[1] && a->lower[0] == b->lower[0] &&
	       a->lower[1] == b->lower[1];
}

/* The place in the index of a group, or where it would be. */
static uint32_t *group_place(const struct rehearse_groups *groups,
			     const struct rehearse_group *group)
{
	size_t mask = groups->index_size - 1, at = group_hash(group) & mask;

	while (groups->index[at] &&
	       !group_is(&groups->groups[groups->index[at] - 1], group))
		at = (at + 1) & mask;
	return &groups->index[at];
}

/* Let at most half of the index be in use. */
static int index_grow(struct rehearse_groups *groups)
{
	size_t size = groups->index_size ? groups->index_size * 2 : INDEX_FIRST;
	size_t i;

	if (groups->count < groups->index_size / 2)
		return 0;
	free(groups->index);
	groups->index_size = 0;
	groups->index = calloc(size, sizeof(*groups->index));
	if (!groups->index)
		return -ENOMEM;
	groups->index_size = size;
	groups->bytes += size / 2 * sizeof(*groups->index);
	for (i = 0; i < groups->count; i++)
		*group_place(groups, &groups->groups[i]) = i + 1;
	return 0;
}

/* Copy a piece to where the last one ended. */
static char *piece_keep(struct format_piece *piece, char *at)
{
	if (piece->text)
		piece->text = memcpy(at, piece->text, piece->len);
	return at + piece->len;
}

static struct rehearse_example *example_make(const struct request_said *said,
					     size_t *bytes)
{
	size_t len = said->host.len + said->method.len + said->target.len +
		     said->query.len;
	struct rehearse_example *example = malloc(sizeof(*example) + len);
	char *at;

	if (!example)
		return NULL;
	example->said = *said;
	example->next = NULL;
	at = piece_keep(&example->said.host, (char *)(example + 1));
	at = piece_keep(&example->said.method, at);
	at = piece_keep(&example->said.target, at);
	piece_keep(&example->said.query, at);
	*bytes += sizeof(*example) + len;
	return example;
}

static int group_keep(struct rehearse_groups *groups,
		      struct rehearse_group *group,
		      const struct request_said *said)
{
	struct rehearse_example *example = example_make(said, &groups->bytes);

	if (!example)
		return -ENOMEM;
	if (group->last)
		group->last->next = example;
	else
		group->examples = example;
	group->last = example;
	group->kept++;
	return 0;
}

static int group_begin(struct rehearse_groups *groups,
		       const struct rehearse_group *like,
		       const struct request_said *said)
{
	struct rehearse_group *group;
	int err = index_grow(groups);

	if (!err)
		err = array_grow(&groups->groups, &groups->room,
				 groups->count + 1, sizeof(*group));
	if (err)
		return err;
	group = &groups->groups[groups->count];
	*group = (struct rehearse_group){
		.class = like->class,
		.rule = {like->rule[0], like->rule[1]},
		.lower = {like->lower[0], like->lower[1]},
		.count = 1,
	};
	err = group_keep(groups, group, said);
	if (err)
		return err;
	groups->bytes += sizeof(*group);
	*group_place(groups, group) = ++groups->count;
	return 0;
}

int rehearse_groups_add(struct rehearse_groups *groups,
			const struct rehearse_group *like,
			const struct request_said *said, unsigned int most)
{
	bool full = groups->bytes >= REHEARSE_BYTES;
	struct rehearse_group *group = NULL;
	uint32_t number = 0;
	int err = 0;

	if (groups->index_size)
		number = *group_place(groups, like);
	if (number) {
		group = &groups->groups[number - 1];
		group->count++;
		if (group->kept < most && !full)
			err = group_keep(groups, group, said);
	} else if (full) {
		groups->outside[like->class]++;
	} else {
		err = group_begin(groups, like, said);
	}
	return err ? error_sys(err, "cannot keep what was rehearsed") : 0;
}

static int group_order(const void *a, const void *b)
{
	const struct rehearse_group *one = a, *two = b;

	if (one->class != two->class)
		return one->class < two->class ? -1 : 1;
	if (one->count != two->count)
		return one->count > two->count ? -1 : 1;
	return one->examples->said.line < two->examples->said.line ? -1 : 1;
}

void rehearse_groups_sort(struct rehearse_groups *groups)
{
	free(groups->index);
	groups->index = NULL;
	groups->index_size = 0;
	if (groups->count)
		qsort(groups->groups, groups->count, sizeof(*groups->groups),
		      group_order);
}

void rehearse_groups_free(struct rehearse_groups *groups)
{
	struct rehearse_example *example, *next;
	size_t i;

	for (i = 0; i < groups->count; i++) {
		for (example = groups->groups[i].examples; example;
		     example = next) {
			next = example->next;
			free(example);
		}
	}
	free(groups->groups);
	free(groups->index);
	memset(groups, 0, sizeof(*groups));
}
