// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "format_caddy_order.h"
#include "format_caddy_tree.h"

/* In Caddy's order. */
static const struct {
	const char *name;
	enum caddy_directive directive;
} directives[] = {
	{"tracing", CADDY_OTHER},
	{"map", CADDY_MAP},
	{"vars", CADDY_OTHER},
	{"fs", CADDY_OTHER},
	{"root", CADDY_OTHER},
	{"log_append", CADDY_OTHER},
	{"skip_log", CADDY_OTHER},
	{"log_skip", CADDY_OTHER},
	{"header", CADDY_OTHER},
	{"copy_response_headers", CADDY_OTHER},
	{"request_body", CADDY_OTHER},
	{"redir", CADDY_REDIR},
	{"method", CADDY_OTHER},
	{"rewrite", CADDY_REWRITE},
	{"uri", CADDY_REWRITE},
	{"try_files", CADDY_REWRITE},
	{"basicauth", CADDY_OTHER},
	{"basic_auth", CADDY_OTHER},
	{"forward_auth", CADDY_OTHER},
	{"request_header", CADDY_OTHER},
	{"encode", CADDY_OTHER},
	{"push", CADDY_OTHER},
	{"templates", CADDY_OTHER},
	{"handle", CADDY_HANDLE},
	{"handle_path", CADDY_HANDLE_PATH},
	{"route", CADDY_ROUTE},
	{"abort", CADDY_RESPOND},
	{"error", CADDY_RESPOND},
	{"respond", CADDY_RESPOND},
	{"metrics", CADDY_RESPOND},
	{"reverse_proxy", CADDY_RESPOND},
	{"php_fastcgi", CADDY_RESPOND},
	{"file_server", CADDY_RESPOND},
	{"acme_server", CADDY_RESPOND},
	/* of a site as a whole */
	{"tls", CADDY_OTHER},
	{"log", CADDY_OTHER},
	{"bind", CADDY_OTHER},
	{"handle_errors", CADDY_OTHER},
};

enum { DIRECTIVES = sizeof(directives) / sizeof(*directives) };

/* The only path of a matcher, as Caddy counts it. */
static size_t path_length(const struct caddy_scope *scope, const char *word)
{
	struct caddy_where where = {0};
	size_t len = 0;

	if (*word == '/')
		return strlen(word);
	if (*word != '@')
		return 0;
	if (caddy_where_read(&where, scope, word) > 0 &&
	    where.path_count == 1 && !where.regex.count)
		len = strlen(where.paths->text);
	caddy_where_free(&where);
	return len;
}

static struct caddy_item item_of(const struct caddy_scope *scope,
				 const struct caddy_node *node)
{
	const char *matcher = node->count > 1 ? node->words[1].text : "";
	struct caddy_item item = {.node = node, .directive = CADDY_UNKNOWN};

	for (; item.rank < DIRECTIVES; item.rank++)
		if (!strcmp(directives[item.rank].name, node->words->text))
			break;
	if (item.rank < DIRECTIVES)
		item.directive = directives[item.rank].directive;
	/* handles of both kinds are in one order */
	item.rank -= item.directive == CADDY_HANDLE_PATH;
	item.matcher = *matcher == '/' || *matcher == '@';
	item.path = path_length(scope, matcher);
	return item;
}

static int item_compare(const void *left, const void *right)
{
	const struct caddy_item *a = left, *b = right;

	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	if (a->path != b->path)
		return a->path > b->path ? -1 : 1;
	if (a->matcher != b->matcher && !a->path)
		return a->matcher ? -1 : 1;
	return a->number < b->number ? -1 : 1;
}

int caddy_items_make(struct caddy_item **items, size_t *count,
		     const struct caddy_scope *scope, bool sorted)
{
	const struct caddy_node *node;
	size_t room = 0;

	*items = NULL;
	*count = 0;
	for (node = scope->nodes; node; node = node->next) {
		/* what "@name" and '}' begin is no directive */
		if (!node->count || *node->words->text == '@')
			continue;
		if (array_grow(items, &room, *count + 1, sizeof(**items)))
			return error_sys(-ENOMEM, "cannot read the file");
		(*items)[*count] = item_of(scope, node);
		(*items)[*count].number = *count;
		++*count;
	}
	if (*count && sorted)
		qsort(*items, *count, sizeof(**items), item_compare);
	return 0;
}
