// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "crawl.h"
#include "crawl_url.h"
#include "error.h"
#include "progress.h"
#include "rule.h"
#include "rule_code.h"
#include "ruleset.h"

struct crawl_slot {
	size_t target;
	bool again; /* HEAD got no good answer */
	char origin[RULE_TARGET_SIZE + 1];
	char path[RULE_TARGET_SIZE + 1];
};

static uint64_t url_hash(const char *url)
{
	uint64_t hash = 0xcbf29ce484222325ULL;

	for (; *url; url++)
		hash = (hash ^ (unsigned char)*url) * 0x100000001b3ULL;
	return hash ^ hash >> 32;
}

/* The place of a URL in the hash table: its own, or a free one. */
static uint32_t *index_find(const struct crawl *crawl, const char *url)
{
	size_t mask = crawl->index_size - 1, at = url_hash(url) & mask;

	while (crawl->index[at] &&
	       strcmp(crawl->targets[crawl->index[at] - 1].url, url))
		at = (at + 1) & mask;
	return &crawl->index[at];
}

/* Have room for one target more: the table is at most half full. */
static int index_grow(struct crawl *crawl)
{
	size_t size = crawl->index_size ? crawl->index_size * 2 : 1024, i;
	uint32_t *index;

	if (crawl->count < crawl->index_size / 2)
		return 0;
	index = calloc(size, sizeof(*index));
	if (!index || crawl->count >= UINT32_MAX - 1) {
		free(index);
		return -ENOMEM;
	}
	free(crawl->index);
	crawl->index = index;
	crawl->index_size = size;
	for (i = 0; i < crawl->count; i++)
		*index_find(crawl, crawl->targets[i].url) = i + 1;
	return 0;
}

/* Take a URL in: 1 for a new one, 0 for one that is known, or -ENOMEM. */
static int target_add(struct crawl *crawl, const char *url, size_t rule)
{
	struct crawl_target target = {.rule = rule, .rules = 1};
	uint32_t *place;

	if (index_grow(crawl) ||
	    array_grow(&crawl->targets, &crawl->room, crawl->count + 1,
		       sizeof(*crawl->targets)))
		return -ENOMEM;
	place = index_find(crawl, url);
	if (*place) {
		crawl->targets[*place - 1].rules++;
		return 0;
	}
	target.url = strdup(url);
	if (!target.url)
		return -ENOMEM;
	crawl->targets[crawl->count++] = target;
	*place = crawl->count;
	return 1;
}

/* The next target that is new: 1, 0 at the end, or -ENOMEM. */
static int target_next(struct crawl *crawl)
{
	const struct ruleset *set = crawl->set;
	char url[RULE_TARGET_SIZE + 1];
	struct rule rule;
	int got = 0;

	while (!got && crawl->next < set->count) {
		ruleset_get(&set->entries[crawl->next], &rule);
		if (crawl_url(url, &rule))
			got = target_add(crawl, url, crawl->next);
		else if (rule_code(rule.code)->target)
			crawl->open++;
		crawl->next++;
		progress_at(crawl->next);
	}
	return got;
}

/* As of struct http_work. */
static int next(void *arg, unsigned int number, struct http_request *request)
{
	struct crawl *crawl = arg;
	struct crawl_slot *slot = &crawl->slots[number];
	int got;

	request->method = slot->again ? "GET" : "HEAD";
	request->origin = slot->origin;
	request->target = slot->path;
	if (slot->again)
		return 1;
	got = target_next(crawl);
	if (got < 0)
		return error_sys(got, "cannot ask for targets");
	if (!got)
		return 0;
	slot->target = crawl->count - 1;
	crawl_url_split(slot->origin, slot->path,
			crawl->targets[slot->target].url);
	return 1;
}

bool crawl_is_bad(const struct crawl_target *target)
{
	return target->failure || (target->status && target->status / 100 != 2);
}

static bool is_good(const struct http_answer *answer)
{
	return !answer->failure && answer->status / 100 == 2;
}

static int done(void *arg, unsigned int number,
		const struct http_answer *answer)
{
	struct crawl *crawl = arg;
	struct crawl_slot *slot = &crawl->slots[number];
	struct crawl_target *target = &crawl->targets[slot->target];
	bool again = !answer->failure && answer->status >= 400 && !slot->again;

	slot->again = again;
	if (again)
		return 0;
	crawl->asked++;
	if (is_good(answer))
		crawl->good++;
	else
		crawl->bad++;
	target->status = answer->failure ? 0 : answer->status;
	target->failure = answer->failure;
	if (!answer->failure && answer->redirect) {
		target->location = strdup(answer->location);
		if (!target->location)
			return error_sys(-ENOMEM, "cannot ask for targets");
	}
	return 0;
}

int crawl_run(struct crawl *crawl)
{
	struct http_work work = {.next = next, .done = done, .arg = crawl};
	int err;

	crawl->slots = calloc(crawl->http.slots, sizeof(*crawl->slots));
	if (!crawl->slots)
		return error_sys(-ENOMEM, "cannot ask for targets");
	progress_stage("asking for the targets", crawl->set->count);
	err = http_client_run(&crawl->http, &work);
	free(crawl->slots);
	crawl->slots = NULL;
	return err;
}

void crawl_free(struct crawl *crawl)
{
	size_t i;

	for (i = 0; i < crawl->count; i++) {
		free(crawl->targets[i].url);
		free(crawl->targets[i].location);
	}
	free(crawl->targets);
	free(crawl->index);
	*crawl = (struct crawl){0};
}
