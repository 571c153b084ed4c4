// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "format_json_objects.h"
#include "lines.h"

/* Returns the next byte, which stays; -1 at the end, -2 for *err. */
static int byte_peek(struct json_objects *objects, int *err)
{
	ssize_t n;

	if (objects->at == objects->len) {
		n = lines_bytes(objects->lines, objects->in,
				sizeof(objects->in));
		if (n < 0) {
			*err = n;
			return -2;
		}
		objects->at = 0;
		objects->len = n;
		if (!n)
			return -1;
	}
	return (unsigned char)objects->in[objects->at];
}

/* Take the byte that was peeked at. */
static void byte_take(struct json_objects *objects)
{
	if (objects->in[objects->at++] == '\n')
		objects->line++;
}

/* The next byte that is no blank. */
static int blanks_pass(struct json_objects *objects, int *err)
{
	int c;

	while ((c = byte_peek(objects, err)) == ' ' || c == '\t' || c == '\n' ||
	       c == '\r')
		byte_take(objects);
	return c;
}

static int refuse(struct json_objects *objects, const char **reason,
		  const char *text)
{
	objects->text_line = objects->line + 1;
	*reason = text;
	return -EINVAL;
}

/* After what is no object: go on with the next line, if each has one. */
static int line_pass(struct json_objects *objects, const char **reason)
{
	int refused = refuse(objects, reason, "no JSON object"), err = 0, c;

	objects->ended = objects->array;
	while (!objects->array && (c = byte_peek(objects, &err)) >= 0 &&
	       c != '\n')
		byte_take(objects);
	return err ? err : refused;
}

/* How far an object's text is read. */
struct extent {
	unsigned int depth;
	bool quoted, escaped;
};

/* Take one byte of an object. Returns whether it is the last. */
static bool extent_add(struct extent *extent, char c)
{
	if (extent->escaped)
		extent->escaped = false;
	else if (extent->quoted && c == '\\')
		extent->escaped = true;
	else if (c == '"')
		extent->quoted = !extent->quoted;
	else if (!extent->quoted && (c == '{' || c == '['))
		extent->depth++;
	else if (!extent->quoted && (c == '}' || c == ']'))
		extent->depth--;
	return !extent->depth;
}

/* How long it is up to what means something in a string. */
static size_t plain_length(const char *text, size_t len)
{
	size_t n = 0;

	while (n < len && text[n] != '"' && text[n] != '\\' && text[n] != '\n')
		n++;
	return n;
}

/* Take what is read of an object, and of no more. Returns whether it ends. */
static bool extent_read(struct json_objects *objects, struct extent *extent,
			bool *fits)
{
	const char *begin = objects->in + objects->at;
	size_t most = objects->len - objects->at, len = 0;
	bool last = false;

	while (!last && len < most) {
		if (extent->quoted && !extent->escaped)
			len += plain_length(begin + len, most - len);
		if (len == most)
			break;
		objects->line += begin[len] == '\n';
		last = extent_add(extent, begin[len++]);
	}
	objects->at += len;
	*fits &= len <= sizeof(objects->text) - objects->text_len;
	if (*fits) {
		memcpy(objects->text + objects->text_len, begin, len);
		objects->text_len += len;
	}
	return last;
}

/* Read an object's text; of one that is too long all is passed over. */
static int object_read(struct json_objects *objects, const char **reason)
{
	struct extent extent = {0};
	bool fits = true, last = false;
	int err = 0, c;

	objects->text_len = 0;
	objects->text_line = objects->line + 1;
	while (!last) {
		c = byte_peek(objects, &err);
		if (err)
			return err;
		if (c < 0) {
			objects->ended = true;
			*reason = "a JSON object without its end";
			return -EINVAL;
		}
		last = extent_read(objects, &extent, &fits);
	}
	if (fits)
		return 1;
	*reason = "a JSON object over 65536 bytes";
	return -EINVAL;
}

/* Pass what stands between two objects. Returns the byte that comes then, or
 * -1 at the end; -2 with *err. */
static int between_pass(struct json_objects *objects, int *err,
			const char **reason)
{
	int c = blanks_pass(objects, err);

	if (!objects->begun && c == '[') {
		objects->array = true;
		byte_take(objects);
		c = blanks_pass(objects, err);
	} else if (objects->array && objects->behind && c == ',') {
		byte_take(objects);
		c = blanks_pass(objects, err);
		if (c == ']')
			*err = refuse(objects, reason, "a comma too many");
	} else if (objects->array && objects->behind && c != ']' && c >= 0) {
		*err = refuse(objects, reason, "no comma behind an object");
	}
	objects->begun = true;
	return c;
}

/* What comes behind the array's end. */
static int array_end(struct json_objects *objects, const char **reason)
{
	int err = 0, c;

	objects->ended = true;
	byte_take(objects);
	c = blanks_pass(objects, &err);
	if (c >= 0)
		return refuse(objects, reason, "text behind the array");
	return err;
}

int json_objects_next(struct json_objects *objects, const char **reason)
{
	int err = 0, c;

	if (objects->ended)
		return 0;
	c = between_pass(objects, &err, reason);
	if (err) {
		objects->ended = true;
		return err;
	}
	if (c < 0) {
		objects->ended = true;
		return objects->array ? refuse(objects, reason,
					       "an array without its end")
				      : 0;
	}
	if (objects->array && c == ']')
		return array_end(objects, reason);
	if (c != '{')
		return line_pass(objects, reason);
	objects->behind = true;
	return object_read(objects, reason);
}
