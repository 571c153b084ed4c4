// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "format.h"
#include "format_base.h"
#include "format_file.h"
#include "format_first.h"
#include "format_haproxy_give.h"
#include "format_haproxy_list.h"
#include "format_haproxy_map.h"
#include "format_haproxy_map_write.h"
#include "format_haproxy_model.h"
#include "format_haproxy_pattern.h"
#include "format_haproxy_target.h"
#include "format_haproxy_tell.h"
#include "format_read.h"
#include "rule_change.h"

/* HAProxy's maps: lines of a key and a value. A comment with the line of the
 * configuration that uses the map says what the keys are. */

/* A map while it is read. */
struct map_reading {
	struct haproxy *haproxy;
	struct haproxy_giver *giver;
	struct haproxy_action action;
	struct haproxy_expr expr; /* where no comment has one */
	struct haproxy_set set;
	bool hinted;
};

/* The word behind another one, or NULL. */
static const char *word_after(const struct haproxy_words *words,
			      const char *word)
{
	size_t i;

	for (i = 0; i + 1 < words->count; i++)
		if (!strcmp(words->word[i], word))
			return words->word[i + 1];
	return NULL;
}

/* A comment that has a redirect by a map says what there is to know. */
static int comment_read(struct map_reading *reading, const char *text,
			size_t len)
{
	struct haproxy *haproxy = reading->haproxy;
	struct haproxy_action action = {0};
	struct haproxy_words words;
	const char *target;
	int err;

	if (reading->hinted || !memmem(text, len, "map", 3))
		return 0;
	err = haproxy_words(&words, &haproxy->pool, &haproxy->env, text, len);
	target = err ? NULL : word_after(&words, "location");
	if (!target)
		return err;
	action.code = word_after(&words, "code");
	err = haproxy_target_read(haproxy, &action, target, HAPROXY_LOCATION,
				  true);
	if (err || !action.map || action.why)
		return err;
	if (memmem(text, len, "{ query -m found }", 18))
		haproxy->told |= 1U << HAPROXY_TOLD_MARK;
	reading->action = action;
	reading->hinted = true;
	return 0;
}

/* What a key is, where no comment says it. */
static void key_guess(struct map_reading *reading, const char *key)
{
	struct haproxy_expr *expr = &reading->expr;

	if (reading->hinted)
		return;
	expr->fetch = HAPROXY_HOST;
	if (*key == '/')
		expr->fetch = HAPROXY_PATH;
	else if (strchr(key, '/'))
		expr->fetch = HAPROXY_BASE;
}

static int regions_give(struct map_reading *reading, const char *value,
			unsigned long at)
{
	struct format_first_entry entry = {
		.action = &reading->action, .value = value, .at = at};
	int err = 0;
	size_t i;

	for (i = 0; !err && i < reading->set.count; i++) {
		struct format_region region = reading->set.regions[i];

		if (*region.host == '*' &&
		    (reading->haproxy->read->options.host || !reading->hinted))
			region.host = "";
		err = haproxy_giver_give(reading->giver, &region, &entry);
	}
	return err;
}

static int entry_give(struct map_reading *reading, const char *key,
		      const char *value, unsigned long at)
{
	struct format_read *read = reading->haproxy->read;
	const struct haproxy_expr *map = reading->action.map;
	struct haproxy_test test = {map, map->map_match, false};
	int err;

	if (!*value) {
		format_left_out(read, at, "not a redirect", "%s: no value",
				key);
		return 0;
	}
	key_guess(reading, key);
	reading->set.count = 0;
	reading->set.why = NULL;
	reading->set.told = false;
	err = haproxy_pattern(reading->haproxy, &reading->set, &test, key, at);
	if (err)
		return err;
	if (reading->set.why)
		format_cannot(read, at, "key", "%s: %s", key, reading->set.why);
	else if (!reading->set.count && !reading->set.told)
		format_left_out(read, at, "never matches",
				"%s: no request has this key", key);
	return regions_give(reading, value, at);
}

static int line_take(struct map_reading *reading, const struct line *line,
		     unsigned long at)
{
	static __thread char room[2][LIMIT_LINE + 1];
	size_t key_len, value_len;
	const char *key, *value;

	if (line->len && *line->text == '#')
		return comment_read(reading, line->text + 1, line->len - 1);
	if (!haproxy_map_line(line->text, line->len, &key, &key_len, &value,
			      &value_len))
		return 0;
	memcpy(room[0], key, key_len);
	room[0][key_len] = '\0';
	memcpy(room[1], value, value_len);
	room[1][value_len] = '\0';
	return entry_give(reading, room[0], room[1], at);
}

static int lines_take(struct map_reading *reading, struct format_file *file)
{
	struct line line;
	unsigned long at;
	int got;

	while ((got = format_line(reading->haproxy->read, file, &line, &at)) >
	       0) {
		got = line_take(reading, &line, at);
		if (got)
			break;
	}
	return got;
}

static int map_read(struct format_read *read, struct format_file *file,
		    enum haproxy_match match)
{
	struct haproxy haproxy = {.read = read, .file = file};
	struct map_reading reading = {.haproxy = &haproxy};
	struct haproxy_piece piece = {.expr = &reading.expr};
	int err;

	read->keys |= RULE_QUERY | RULE_SCHEME | RULE_CASE;
	reading.expr.file = "";
	reading.expr.map_match = match;
	reading.action.pieces = &piece;
	reading.action.map = &reading.expr;
	reading.giver = haproxy_giver_open(&haproxy);
	err = reading.giver ? lines_take(&reading, file) : -ENOMEM;
	haproxy_giver_close(reading.giver);
	haproxy_free(&haproxy);
	return err;
}

static int str_read(struct format_read *read, struct format_file *file)
{
	return map_read(read, file, HAPROXY_STR);
}

static int beg_read(struct format_read *read, struct format_file *file)
{
	return map_read(read, file, HAPROXY_BEG);
}

/* A comment with the line that uses the map. */
static bool comment_is(struct format_piece line)
{
	return format_begins(line, "#") &&
	       memmem(line.text, line.len, "redirect", 8) &&
	       (memmem(line.text, line.len, ",map_str(", 9) ||
		memmem(line.text, line.len, ",map_beg(", 9) ||
		memmem(line.text, line.len, ",map(", 5));
}

/* A key that is a host or a path, and a URL. */
static bool entry_is(struct format_piece line)
{
	struct format_piece key = format_word(&line);
	struct format_piece value = format_word(&line);

	return key.len && !line.len && format_absolute(value.text, value.len) &&
	       value.text[value.len - 1] != ';' &&
	       !memchr(key.text, '"', key.len) && *key.text != '~' &&
	       !format_begins(key, "http") &&
	       (memchr(key.text, '.', key.len) || *key.text == '/');
}

static bool map_is(const struct format_head *head)
{
	bool named = format_named(head, ".map");
	struct format_piece line;
	size_t at = 0, entries = 0;

	while (format_head_line(head, &at, '\0', &line) && entries < 100) {
		if (comment_is(line))
			return true;
		if (*line.text == '#')
			continue;
		if (!named || !entry_is(line))
			return false;
		entries++;
	}
	return entries > 0;
}

static bool beg_is(const struct format_head *head)
{
	(void)head;
	return false;
}

const struct format format_haproxy_map = {
	.name = "haproxy-map",
	.about = "a map of HAProxy, for map_str()",
	.is = map_is,
	.read = str_read,
	.writer = &format_haproxy_map_writer,
	.first_counts = true,
};

const struct format format_haproxy_map_beg = {
	.name = "haproxy-map-beg",
	.about = "a map of HAProxy, for map_beg()",
	.is = beg_is,
	.read = beg_read,
	.writer = &format_haproxy_map_beg_writer,
	.first_counts = true,
};
