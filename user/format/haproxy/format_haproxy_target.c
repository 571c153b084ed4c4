// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "format_haproxy_acl.h"
#include "format_haproxy_model.h"
#include "format_haproxy_put.h"
#include "format_haproxy_target.h"

/* A target while it is read. */
struct target_reading {
	struct haproxy *haproxy;
	struct haproxy_action *action;
	struct haproxy_piece **end, *last;
};

/* A text behind a text is one with it: "%%" and "20" are "%20". */
static int text_append(struct target_reading *reading, const char *text,
		       size_t len)
{
	struct haproxy_piece *piece = reading->last;
	size_t before = strlen(piece->text);
	char *both =
		format_pool_take(&reading->haproxy->pool, before + len + 1);

	if (!both)
		return -ENOMEM;
	memcpy(both, piece->text, before);
	memcpy(both + before, text, len);
	piece->text = both;
	return 0;
}

static int piece_add(struct target_reading *reading, const char *text,
		     size_t len, const struct haproxy_expr *expr)
{
	struct format_pool *pool = &reading->haproxy->pool;
	struct haproxy_piece *piece;

	if (!expr && reading->last && reading->last->text)
		return text_append(reading, text, len);
	piece = format_pool_take(pool, sizeof(*piece));
	if (!piece)
		return -ENOMEM;
	reading->last = piece;
	piece->expr = expr;
	if (!expr) {
		piece->text = format_pool_text(pool, text, len);
		if (!piece->text)
			return -ENOMEM;
	}
	if (expr && expr->file && reading->action->map)
		reading->action->why = "two maps in one target";
	else if (expr && expr->file)
		reading->action->map = expr;
	*reading->end = piece;
	reading->end = &piece->next;
	return 0;
}

static int expr_add(struct target_reading *reading, const char *text,
		    size_t len)
{
	struct haproxy_expr *expr =
		haproxy_acl_expr(reading->haproxy, text, len);

	if (!expr)
		return -ENOMEM;
	if (expr->why)
		reading->action->why = expr->why;
	if (expr->fetch == HAPROXY_ALWAYS && expr->name && !expr->file)
		return piece_add(reading, expr->name, strlen(expr->name), NULL);
	return piece_add(reading, NULL, 0, expr);
}

/* "%HU" and the like. Returns how much of the text it is, 0 for none. */
static size_t variable_of(const char *text, const char **expr)
{
	static const struct {
		const char *name, *expr;
	} names[] = {{"HPO", "path"},
		     {"HU", "url"},
		     {"HP", "path"},
		     {"HQ", "query"}};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		size_t len = strlen(names[i].name);

		if (strncmp(text, names[i].name, len) != 0)
			continue;
		*expr = names[i].expr;
		return len;
	}
	return 0;
}

/* Behind a '%'. */
static int percent_read(struct target_reading *reading, const char **text)
{
	const char *expr = NULL;
	size_t len;
	int err;

	if (**text == '%') {
		(*text)++;
		return piece_add(reading, "%", 1, NULL);
	}
	if (**text == '[') {
		len = haproxy_expr_len(++*text, "]");
		err = expr_add(reading, *text, len);
		*text += len + ((*text)[len] == ']');
		return err;
	}
	len = variable_of(*text, &expr);
	*text += len;
	if (!len) {
		reading->action->why = "a variable that rules do not know of";
		return 0;
	}
	if (!strcmp(expr, "query"))
		err = piece_add(reading, "?", 1, NULL);
	else
		err = 0;
	return err ? err : expr_add(reading, expr, strlen(expr));
}

static int format_pieces(struct target_reading *reading, const char *text)
{
	int err = 0;

	while (!err && *text) {
		size_t len = strcspn(text, "%");

		if (len)
			err = piece_add(reading, text, len, NULL);
		text += len;
		if (!err && *text) {
			text++;
			err = percent_read(reading, &text);
		}
	}
	return err;
}

int haproxy_target_read(struct haproxy *haproxy, struct haproxy_action *action,
			const char *text, enum haproxy_form form, bool format)
{
	struct target_reading reading = {haproxy, action, &action->pieces,
					 NULL};
	int err = 0;

	if (form == HAPROXY_LOCATION || strcmp(text, "/") != 0)
		err = format ? format_pieces(&reading, text)
			     : piece_add(&reading, text, strlen(text), NULL);
	if (!err && form == HAPROXY_SCHEME)
		err = piece_add(&reading, "://", 3, NULL);
	if (!err && form == HAPROXY_SCHEME)
		err = expr_add(&reading, "hdr(host)", 9);
	if (!err && form == HAPROXY_PREFIX_QUERY)
		err = expr_add(&reading, "path", 4);
	else if (!err && form != HAPROXY_LOCATION)
		err = expr_add(&reading, "url", 3);
	return err;
}

static void piece_put(struct haproxy_put *put,
		      const struct haproxy_piece *piece, const char *value)
{
	const struct haproxy_expr *expr = piece->expr;

	if (piece->text) {
		haproxy_put_text(put, piece->text, strlen(piece->text));
		return;
	}
	if (expr->file) {
		haproxy_put_text(put, value, strlen(value));
		return;
	}
	switch (expr->fetch) {
	case HAPROXY_HOST:
		haproxy_put_host(put, expr);
		break;
	case HAPROXY_BASE:
		haproxy_put_host(put, expr);
		haproxy_put_path(put, expr);
		break;
	case HAPROXY_PATH:
	case HAPROXY_URL:
		haproxy_put_path(put, expr);
		break;
	case HAPROXY_QUERY:
		haproxy_put_query(put);
		break;
	default:
		put->target->why = "rules do not know of it";
	}
}

void haproxy_target_make(struct haproxy *haproxy, struct haproxy_target *target,
			 const struct haproxy_action *action,
			 const struct format_region *region, const char *value)
{
	struct haproxy_put put = {haproxy, target, action, region};
	const struct haproxy_piece *piece;

	target->keep = target->rest = false;
	target->why = action->why;
	format_text_begin(&target->text);
	for (piece = action->pieces; !target->why && piece; piece = piece->next)
		piece_put(&put, piece, value);
	if (!target->why && action->append_slash)
		haproxy_put_slash(&put);
	if (!target->why && action->keep_query)
		haproxy_put_kept(&put);
	if (target->text.full)
		target->why = "it is too long";
}
