// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "error.h"
#include "format_base.h"
#include "format_file.h"
#include "format_first_add.h"
#include "format_first_cells.h"
#include "format_head.h"
#include "format_nginx_give.h"
#include "format_nginx_keys.h"
#include "format_nginx_map.h"
#include "format_nginx_map_write.h"
#include "format_nginx_maps.h"
#include "format_nginx_model.h"
#include "format_nginx_tell.h"
#include "format_nginx_tree.h"
#include "format_nginx_words.h"
#include "format_read.h"
#include "rule_change.h"

/* A map while it is read. Keys that are no expressions are given at once: no
 * other source comes before theirs. */
struct map_reading {
	struct nginx *nginx;
	struct nginx_giver *giver;
	struct nginx_map *map;
	struct nginx_node node; /* of the entry that is given */
	struct nginx_action action;
	const char *word[2];
	bool known; /* what the key is */
	bool exact; /* case counts */
	bool used;  /* how the value is */
	bool block;
};

/* The variables that a text has behind another one: "# map $host$uri $x". */
static void comment_key(struct map_reading *reading, const char *text)
{
	char source[256];
	size_t len;

	text += strspn(text, " \t");
	len = strcspn(text, " \t");
	if (!len || len >= sizeof(source) || *text != '$')
		return;
	memcpy(source, text, len);
	source[len] = '\0';
	reading->known = nginx_key_read(&reading->map->key, source);
}

/* "return 301 $moved$is_args$args;" */
static void comment_use(struct map_reading *reading, const char *text)
{
	size_t len;

	text += strspn(text, " \t");
	len = strspn(text, "0123456789");
	if (len != 3)
		return;
	reading->action.code = nginx_text(reading->nginx, text, len);
	reading->action.keep =
		strstr(text, "$args") || strstr(text, "$query_string");
	reading->used = true;
}

static void comment_take(struct map_reading *reading, const char *text)
{
	const char *map = strstr(text, "# map "),
		   *use = strstr(text, "return ");

	if (map == text)
		comment_key(reading, text + 6);
	if (use && strstr(use, "$"))
		comment_use(reading, use + 7);
	if (!strcmp(text, "# case counts"))
		reading->exact = true;
	else if (!strcmp(text, "# case=ignore"))
		reading->exact = false;
}

static const char *key_text(const struct nginx_key *key)
{
	if (key->scheme)
		return "$scheme://$host$request_uri";
	if (!key->host)
		return key->path == NGINX_KEY_URI ? "$uri" : "$request_uri";
	return key->path == NGINX_KEY_URI	? "$host$uri"
	       : key->path == NGINX_KEY_REQUEST ? "$host$request_uri"
						: "$host";
}

/* What the key is, where nothing says it. */
static void key_guess(struct map_reading *reading, const char *text,
		      unsigned long at)
{
	struct nginx_key *key = &reading->map->key;

	if (reading->known)
		return;
	if (*text == '~')
		text += 1 + (text[1] == '*');
	text += *text == '^';
	*key = (struct nginx_key){.path = NGINX_KEY_URI};
	if (!strncmp(text, "http", 4) && strstr(text, "://")) {
		key->scheme = key->host = true;
		key->path = NGINX_KEY_REQUEST;
	} else if (*text != '/') {
		key->host = true;
		if (!strchr(text, '/'))
			key->path = NGINX_KEY_NONE;
	}
	if (strchr(text, '?') && reading->word[0][0] != '~')
		key->path = NGINX_KEY_REQUEST;
	reading->known = true;
	format_differs(
		reading->nginx->read, at, "key",
		"the file does not say what the key is; it is taken for %s, which it looks like",
		key_text(key));
}

static void use_tell(struct map_reading *reading, unsigned long at)
{
	if (!reading->used)
		nginx_tell(reading->nginx, NGINX_TOLD_KEY, at);
}

/* Whether a value redirects at all. */
static bool value_is(struct map_reading *reading, const char *value)
{
	(void)reading;
	return *value && strcmp(value, "0") != 0;
}

static int exact_give(struct map_reading *reading, const char *key,
		      unsigned long at)
{
	struct nginx_map *map = reading->map;
	struct format_first_entry entry = {.action = &reading->action,
					   .at = at};
	struct nginx_key was = map->key;
	struct format_region region;
	bool found, keep = reading->action.keep;
	int err;

	if (*key == '\\')
		key++;
	if (was.path == NGINX_KEY_URI && strchr(key, '?'))
		map->key.path = NGINX_KEY_REQUEST;
	found = nginx_key_region(reading->nginx, map, key, &region);
	map->key = was;
	if (!found) {
		format_left_out(reading->nginx->read, at, "never matches",
				"%s: no request has this key", key);
		return 0;
	}
	region.fold = !reading->exact;
	use_tell(reading, at);
	/* a query of the key is consumed */
	reading->action.keep = keep && region.kind != FORMAT_REGION_QUERY;
	err = nginx_giver_give(reading->giver, &region, &entry);
	reading->action.keep = keep;
	return err;
}

static int entry_take(struct map_reading *reading,
		      const struct nginx_words *words)
{
	const char *key = words->word[0], *value = words->word[1];
	struct nginx *nginx = reading->nginx;
	const char *kept[2];

	reading->word[0] = key;
	reading->word[1] = NULL;
	reading->node = (struct nginx_node){
		.word = reading->word, .count = 1, .at = words->at};
	if (words->count == 2 && strcmp(key, "default") != 0) {
		if (!value_is(reading, value)) {
			format_left_out(nginx->read, words->at,
					"not a redirect", "%s: no value", key);
			return 0;
		}
		key_guess(reading, key, words->at);
		if (*key != '~' &&
		    !(reading->map->hostnames && strchr("*.", *key))) {
			reading->action.target = value;
			reading->action.env = NULL;
			return exact_give(reading, key, words->at);
		}
	}
	kept[0] = nginx_text(nginx, key, strlen(key));
	kept[1] =
		words->count > 1 ? nginx_text(nginx, value, strlen(value)) : "";
	if (!nginx->err)
		nginx_map_entry(nginx, reading->map, kept, words->count,
				words->at);
	return nginx->err;
}

/* What is no expression has been given; now the others, as they count. */
static void bound_add(void *arg, const struct format_region *region,
		      const struct nginx_env *env)
{
	struct map_reading *reading = arg;
	struct nginx *nginx = reading->nginx;
	struct nginx_action *action;
	struct nginx_node *node;
	struct format_first_entry entry = {.region = *region};
	unsigned long before;

	if (!value_is(reading, env->text))
		return;
	action = nginx_take(nginx, sizeof(*action));
	node = nginx_take(nginx, sizeof(*node));
	if (!action || !node)
		return;
	*action = reading->action;
	*node = reading->node;
	node->word = nginx_take(nginx, 2 * sizeof(char *));
	if (!node->word)
		return;
	node->word[0] = env->text;
	node->count = 1;
	node->at = nginx->entry_at;
	action->node = node;
	action->target = env->text;
	action->env = env->of;
	action->keep &= region->kind != FORMAT_REGION_QUERY;
	entry.action = action;
	entry.at = node->at;
	use_tell(reading, node->at);
	if (format_first_add(&nginx->first, &entry, &before) < 0)
		nginx->err = -ENOMEM;
}

static int map_end(struct map_reading *reading)
{
	struct nginx *nginx = reading->nginx;
	int err;

	nginx_map_bind(nginx, reading->map, &reading->node, &format_region_all,
		       NULL, bound_add, reading);
	err = nginx->err;
	if (!err)
		err = nginx_cross(nginx);
	if (!err)
		err = format_first_cells(&nginx->first, nginx_giver_give,
					 reading->giver);
	if (err == -E2BIG)
		error_set(err, "the map has too many expressions");
	format_first_free(&nginx->first);
	return err;
}

static bool map_begin(struct map_reading *reading, const char *source,
		      unsigned long at)
{
	struct nginx_node *node = nginx_take(reading->nginx, sizeof(*node));

	if (!node)
		return false;
	node->at = at;
	reading->map = nginx_map_make(reading->nginx, node, "$", "");
	if (!reading->map)
		return false;
	reading->map->why = NULL;
	if (source)
		reading->known = nginx_key_read(&reading->map->key, source);
	return true;
}

static int block_begin(struct map_reading *reading,
		       const struct nginx_words *words)
{
	if (reading->block || words->count != 3 ||
	    strcmp(words->word[0], "map") != 0) {
		format_error(reading->nginx->read, words->at, "line",
			     "a block that is no map's");
		return -EINVAL;
	}
	reading->block = true;
	reading->known = false;
	if (!map_begin(reading, words->word[1], words->at))
		return -ENOMEM;
	if (!reading->known) {
		format_cannot(reading->nginx->read, words->at, "map",
			      "%s: a key is made of scheme, host and path",
			      words->word[1]);
		return -EINVAL;
	}
	return 0;
}

static int map_file(void *arg, struct format_file *file);

static int directive_take(struct map_reading *reading,
			  struct nginx_words *words)
{
	struct nginx *nginx = reading->nginx;

	if (words->count && words->word[0][0] == '#') {
		comment_take(reading, words->word[0]);
		return 0;
	}
	if (words->end == NGINX_OPEN)
		return block_begin(reading, words);
	if (words->end == NGINX_CLOSE) {
		reading->block = false;
		return map_end(reading) || !map_begin(reading, NULL, words->at)
			       ? -ENOMEM
			       : 0;
	}
	if (words->count == 2 && !strcmp(words->word[0], "include"))
		return nginx_include(nginx->read, words->file, words->word[1],
				     words->at, map_file, reading);
	if (!strncmp(words->word[0], "map_hash_", 9))
		return 0;
	return entry_take(reading, words);
}

static int map_file(void *arg, struct format_file *file)
{
	struct map_reading *reading = arg;
	struct nginx_words words = {
		.read = reading->nginx->read, .file = file, .comments = true};
	int got;

	while ((got = nginx_words_next(&words)) > 0) {
		got = directive_take(reading, &words);
		if (got)
			break;
	}
	nginx_words_free(&words);
	/* an error that has been noted ends the file alone */
	return got == -EINVAL ? 0 : got;
}

static int map_read(struct format_read *read, struct format_file *file)
{
	struct nginx nginx = {
		.read = read, .file = file, .implied = true, .widened = true};
	struct map_reading reading = {.nginx = &nginx};
	int err = -ENOMEM;

	nginx.first.slash = true;
	read->keys |= RULE_QUERY | RULE_SCHEME | RULE_CASE;
	reading.action.keep = true;
	reading.action.node = &reading.node;
	reading.giver = nginx_giver_open(&nginx);
	if (reading.giver && map_begin(&reading, NULL, 1))
		err = map_file(&reading, file);
	if (!err)
		err = map_end(&reading);
	nginx_giver_close(reading.giver);
	format_first_free(&nginx.first);
	format_pool_free(&nginx.pool);
	return err;
}

/* "key value;", of a host, path or expression. */
static bool entry_is(struct format_piece line)
{
	struct format_piece key = format_word(&line),
			    value = format_word(&line);

	if (!key.len || !value.len || value.text[value.len - 1] != ';')
		return format_is(key, "hostnames;") ||
		       format_is(key, "volatile;");
	return *key.text == '"' || *key.text == '\'' || *key.text == '/' ||
	       *key.text == '~' || *key.text == '\\' ||
	       format_is(key, "default") || format_is(key, "include") ||
	       memchr(key.text, '.', key.len);
}

static bool map_is(const struct format_head *head)
{
	struct format_piece line, rest, word;
	size_t at = 0, entries = 0;

	/* as an export begins, whatever its keys are */
	if (format_begins((struct format_piece){head->text, head->len},
			  "# map $"))
		return true;
	while (format_head_line(head, &at, '#', &line) && entries < 50) {
		rest = line;
		word = format_word(&rest);
		if (!entries && format_is(word, "map") && rest.len &&
		    memchr(rest.text, '$', rest.len) &&
		    memchr(rest.text, '{', rest.len))
			return true;
		if (!entries && format_begins(word, "map_hash_"))
			continue;
		if (!entry_is(line))
			return false;
		entries++;
	}
	return entries > 0;
}

const struct format format_nginx_map = {
	.name = "nginx-map",
	.about = "a map of nginx: lines of \"key value;\"",
	.is = map_is,
	.read = map_read,
	.writer = &format_nginx_map_writer,
	.first_counts = false,
};
