// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "advise.h"
#include "array.h"
#include "ask.h"
#include "ask_said.h"
#include "error.h"
#include "hits.h"
#include "hits_view.h"
#include "map_level.h"
#include "map_lookup.h"
#include "progress.h"
#include "request_read.h"
#include "request_target.h"
#include "rule_code.h"
#include "ruleset.h"

const char *const advise_method_names[ADVISE_METHODS] = {
	"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "other",
};

/* A rule of the map that was met: its number among advise->rules, from 1; or 0
 * where it is right as it is. */
struct advise_seen {
	uint32_t addr; /* 0: a free place */
	bool lower;
	uint32_t rule;
};

bool advise_change(const char **code, char final[ADVISE_FINAL],
		   const struct rule *rule)
{
	struct rule_final pair = rule->final;
	uint16_t first = rule->code;

	final[0] = '\0';
	if (first == 301)
		first = RULE_301_308;
	else if (first == 302)
		first = RULE_302_307;
	*code = rule_code(first)->text;
	if (pair.code == 301) {
		pair.code = RULE_301_308;
		rule_final_text(final, &pair);
	}
	return first != rule->code || *final;
}

static enum advise_method method_of(struct format_piece method)
{
	int i;

	for (i = 0; i < ADVISE_OTHER; i++)
		if (strlen(advise_method_names[i]) == method.len &&
		    !memcmp(advise_method_names[i], method.text, method.len))
			break;
	return i;
}

static bool is_other(struct format_piece method)
{
	return method.len &&
	       (method.len != 3 || memcmp(method.text, "GET", 3)) &&
	       (method.len != 4 || memcmp(method.text, "HEAD", 4));
}

static struct advise_seen *seen_place(const struct advise *advise,
				      uint32_t addr, bool lower)
{
	size_t mask = advise->seen_size - 1;
	size_t at = (addr * 0x9e3779b1U ^ lower) & mask;

	while (advise->seen[at].addr && (advise->seen[at].addr != addr ||
					 advise->seen[at].lower != lower))
		at = (at + 1) & mask;
	return &advise->seen[at];
}

static int seen_grow(struct advise *advise)
{
	size_t size = advise->seen_size ? advise->seen_size * 2 : 256, i;
	struct advise old = *advise;

	if (advise->seen_count < advise->seen_size / 2)
		return 0;
	advise->seen = calloc(size, sizeof(*advise->seen));
	if (!advise->seen) {
		advise->seen = old.seen;
		return -ENOMEM;
	}
	advise->seen_size = size;
	for (i = 0; i < old.seen_size; i++)
		if (old.seen[i].addr)
			*seen_place(advise, old.seen[i].addr,
				    old.seen[i].lower) = old.seen[i];
	free(old.seen);
	return 0;
}

/* Begin with a rule that is to be changed: its number from 1, 0 for any other, or
 * -ENOMEM. */
static int rule_begin(struct advise *advise, struct ask *ask)
{
	const struct ruleset_entry *entry;
	char final[ADVISE_FINAL];
	const char *code;
	struct rule rule;

	if (!ask_rule(ask))
		return 0;
	entry = ruleset_find(advise->set, &ask->met);
	if (!entry)
		return 0;
	ruleset_get(entry, &rule);
	if (!advise_change(&code, final, &rule))
		return 0;
	if (array_grow(&advise->rules, &advise->room, advise->count + 1,
		       sizeof(*advise->rules)))
		return -ENOMEM;
	advise->rules[advise->count++] = (struct advise_rule){
		.number = entry - advise->set->entries,
	};
	return advise->count;
}

/* The rule that a request met, if it is to be changed: its number, as
 * above. */
static int rule_find(struct advise *advise, struct ask *ask)
{
	struct advise_seen *seen;
	uint32_t addr;
	bool lower;
	int number;

	ask->map = advise->map;
	addr = advise->map ? map_lookup(advise->map, &ask->key) : 0;
	if (!addr)
		return 0;
	lower = ask->key.search.base;
	if (seen_grow(advise))
		return -ENOMEM;
	seen = seen_place(advise, addr, lower);
	if (seen->addr)
		return seen->rule;
	number = rule_begin(advise, ask);
	if (number < 0)
		return number;
	*seen = (struct advise_seen){addr, lower, number};
	advise->seen_count++;
	return number;
}

/* "FILE:7: POST http://old.example/a (got 301)", with any bytes in it. */
static char *example_text(const struct request_said *said, const char *file,
			  size_t *size)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, size);

	if (!out)
		return NULL;
	fprintf(out, "%s:%lu: %.*s ", file, said->line, (int)said->method.len,
		said->method.text);
	request_target_print(out, said);
	if (said->status)
		fprintf(out, " (got %d)", said->status);
	if (!fclose(out))
		return text;
	free(text);
	return NULL;
}

static int example_add(struct advise *advise, struct advise_rule *rule,
		       const struct request_said *said, const char *file)
{
	size_t size = 0;

	if (rule->kept >= advise->most || advise->bytes >= ADVISE_BYTES)
		return 0;
	if (array_grow(&rule->examples, &rule->room, rule->kept + 1,
		       sizeof(*rule->examples)))
		return -ENOMEM;
	rule->examples[rule->kept] = example_text(said, file, &size);
	if (!rule->examples[rule->kept])
		return -ENOMEM;
	rule->kept++;
	advise->bytes += size + sizeof(char *);
	return 0;
}

static int request_advise(struct advise *advise,
			  const struct request_said *said, const char *file)
{
	static struct ask ask;
	struct advise_rule *rule;
	int status, number, err;

	advise->requests++;
	if (!is_other(said->method))
		return 0;
	advise->others++;
	status = ask_said(&ask.key, said);
	if (status) {
		advise->refused += status != 404;
		return 0;
	}
	if (!advise->known && advise->map)
		advise->known = map_levels_any(advise->map, &ask.key);
	number = rule_find(advise, &ask);
	if (!number)
		return 0;
	err = number;
	if (number > 0) {
		rule = &advise->rules[number - 1];
		rule->count++;
		rule->method[method_of(said->method)]++;
		advise->met++;
		err = example_add(advise, rule, said, file);
	}
	return err ? error_sys(err, "cannot keep what was counted") : 0;
}

static void bad_add(struct advise *advise, const char *file, unsigned long line,
		    const char *reason)
{
	if (advise->unreadable < ADVISE_BAD)
		advise->bad[advise->unreadable] =
			(struct advise_bad){file, line, reason};
	advise->unreadable++;
}

int advise_read(struct advise *advise, struct request_read *read,
		const char *file)
{
	struct request_said said;
	const char *reason;
	int got, err = 0;

	while (!err && (got = request_read_next(read, &said, &reason))) {
		if (got == REQUEST_TAKEN)
			err = request_advise(advise, &said, file);
		else if (got == REQUEST_WITHOUT)
			advise->without++;
		else if (got == -EINVAL)
			bad_add(advise, file, said.line, reason);
		else
			err = got;
		progress_at(++advise->lines);
	}
	return err;
}

static int rule_hits(struct advise *advise, const struct hits_view *view,
		     size_t number)
{
	const char *code;
	char final[ADVISE_FINAL];
	struct hits_of of;
	struct rule rule;
	uint64_t count;

	ruleset_get(&advise->set->entries[number], &rule);
	hits_view_find(view, &rule, &of);
	count = of.count[HITS_OTHER];
	advise->requests += of.count[HITS_GET] + count;
	advise->others += count;
	if (!count || !advise_change(&code, final, &rule))
		return 0;
	if (array_grow(&advise->rules, &advise->room, advise->count + 1,
		       sizeof(*advise->rules)))
		return error_sys(-ENOMEM, "cannot keep what was counted");
	advise->rules[advise->count++] = (struct advise_rule){
		.number = number,
		.count = count,
		.method = {[ADVISE_OTHER] = count},
	};
	advise->met += count;
	return 0;
}

int advise_hits(struct advise *advise, const struct hits_view *view)
{
	size_t i;
	int err = 0;

	for (i = 0; i < advise->set->count && !err; i++)
		err = rule_hits(advise, view, i);
	advise->known = advise->requests;
	return err;
}

static int rule_compare(const void *a, const void *b)
{
	const struct advise_rule *one = a, *two = b;

	if (one->count != two->count)
		return one->count > two->count ? -1 : 1;
	return (one->number > two->number) - (one->number < two->number);
}

void advise_sort(struct advise *advise)
{
	if (advise->count)
		qsort(advise->rules, advise->count, sizeof(*advise->rules),
		      rule_compare);
}

bool advise_asked(const struct advise *advise)
{
	return advise->others ? advise->known : advise->requests;
}

void advise_free(struct advise *advise)
{
	size_t i, k;

	for (i = 0; i < advise->count; i++) {
		for (k = 0; k < advise->rules[i].kept; k++)
			free(advise->rules[i].examples[k]);
		free(advise->rules[i].examples);
	}
	free(advise->rules);
	free(advise->seen);
}
