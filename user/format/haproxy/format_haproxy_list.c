// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "array.h"
#include "error.h"
#include "format_file.h"
#include "format_haproxy_list.h"
#include "format_haproxy_model.h"
#include "format_read.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

bool haproxy_map_line(const char *text, size_t len, const char **key,
		      size_t *key_len, const char **value, size_t *value_len)
{
	const char *end = text + len;
	const char *cr = memchr(text, '\r', len);

	if (cr)
		end = cr;
	if (text == end || *text == '#')
		return false;
	while (text < end && is_blank(*text))
		text++;
	*key = text;
	while (text < end && !is_blank(*text))
		text++;
	*key_len = text - *key;
	while (text < end && is_blank(*text))
		text++;
	*value = text;
	while (end > text && is_blank(end[-1]))
		end--;
	*value_len = end - text;
	return *key_len > 0;
}

/* A pattern is the rest of its line, with blanks behind it. */
static bool pattern_line(const char *text, size_t len, const char **key,
			 size_t *key_len)
{
	const char *end = text + len, *cr = memchr(text, '\r', len);

	if (cr)
		end = cr;
	if (text == end || *text == '#')
		return false;
	while (text < end && is_blank(*text))
		text++;
	*key = text;
	*key_len = end - text;
	return *key_len > 0;
}

static int entry_take(struct haproxy *haproxy, struct haproxy_list *list,
		      const struct line *line, unsigned long at)
{
	const char *key, *value = "";
	size_t key_len, value_len = 0;
	struct haproxy_entry *entry;
	bool is = list->map
			  ? haproxy_map_line(line->text, line->len, &key,
					     &key_len, &value, &value_len)
			  : pattern_line(line->text, line->len, &key, &key_len);

	if (!is)
		return 0;
	if (array_grow(&list->entries, &list->room, list->count + 1,
		       sizeof(*list->entries)))
		return error_sys(-ENOMEM, "cannot read the file");
	entry = &list->entries[list->count];
	entry->key = format_pool_text(&haproxy->pool, key, key_len);
	entry->value = format_pool_text(&haproxy->pool, value, value_len);
	entry->at = at;
	if (!entry->key || !entry->value)
		return -ENOMEM;
	list->count++;
	return 0;
}

static int entries_read(struct haproxy *haproxy, struct haproxy_list *list,
			struct format_file *file)
{
	struct line line;
	unsigned long at;
	int got;

	while ((got = format_line(haproxy->read, file, &line, &at)) > 0) {
		got = entry_take(haproxy, list, &line, at);
		if (got)
			break;
	}
	return got;
}

/* A file that is not where it was may stand beside the configuration. */
static const char *beside(const struct haproxy_list *list)
{
	const char *slash = strrchr(list->name, '/');

	return slash && slash[1] ? slash + 1 : NULL;
}

static int list_open(struct haproxy *haproxy, struct haproxy_list *list,
		     struct format_file *file, unsigned long at)
{
	char kept[ERROR_TEXT];
	const char *other = beside(list);
	int err = format_file_open(haproxy->read, file, list->name,
				   haproxy->file);

	if (err != -ENOENT || !other)
		return err;
	error_save(kept);
	err = format_file_open(haproxy->read, file, other, haproxy->file);
	if (err)
		error_restore(kept);
	else
		format_differs(
			haproxy->read, at, "file",
			"%s is not there: %s beside the configuration is read",
			list->name, other);
	return err;
}

static int list_read(struct haproxy *haproxy, struct haproxy_list *list,
		     unsigned long at)
{
	struct format_file file;
	int err = list_open(haproxy, list, &file, at);

	if (err == -ENOMEM)
		return err;
	if (err) {
		list->why = format_pool_text(&haproxy->pool, error_text(),
					     strlen(error_text()));
		return list->why ? 0 : -ENOMEM;
	}
	err = entries_read(haproxy, list, &file);
	format_file_close(&file);
	return err;
}

struct haproxy_list *haproxy_list(struct haproxy *haproxy, const char *name,
				  bool map, unsigned long at)
{
	struct haproxy_list *list = haproxy->lists;

	for (; list; list = list->next)
		if (list->map == map && !strcmp(list->name, name))
			return list;
	list = format_pool_take(&haproxy->pool, sizeof(*list));
	if (!list)
		return NULL;
	list->name = name;
	list->map = map;
	list->next = haproxy->lists;
	haproxy->lists = list;
	return list_read(haproxy, list, at) ? NULL : list;
}
