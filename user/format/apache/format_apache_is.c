// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>
#include <strings.h>

#include "format_apache_is.h"
#include "format_head.h"

/* Directives that others have not. "Redirect" alone is a word, too. */
static bool is_directive(struct format_piece word)
{
	static const char *const names[] = {
		"RedirectMatch", "RedirectPermanent", "RedirectTemp",
		"RewriteEngine", "RewriteRule",	      "RewriteCond",
		"RewriteBase",	 "RewriteMap",	      "RewriteOptions",
		"<VirtualHost",	 "<IfModule",	      "<Directory",
		"ServerAlias",	 "DocumentRoot",
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (format_is_like(word, names[i]))
			return true;
	return false;
}

static struct format_piece unquoted(struct format_piece piece)
{
	if (piece.len && strchr("\"'", *piece.text))
		piece.text++, piece.len--;
	return piece;
}

static bool is_status(struct format_piece word)
{
	return format_is_like(word, "permanent") ||
	       format_is_like(word, "temp") ||
	       format_is_like(word, "seeother") ||
	       format_is_like(word, "gone") ||
	       (word.len == 3 && strchr("345", *word.text));
}

/* "Redirect 301 /a https://...", "Redirect /a https://...". */
static bool is_redirect(struct format_piece word, struct format_piece line)
{
	struct format_piece next;

	if (!format_is_like(word, "Redirect"))
		return false;
	next = unquoted(format_word(&line));
	if (is_status(next))
		next = unquoted(format_word(&line));
	return format_begins(next, "/");
}

bool apache_is(const struct format_head *head)
{
	struct format_piece line, word;
	size_t at = 0;

	while (format_head_line(head, &at, '#', &line)) {
		word = format_word(&line);
		if (is_directive(word) || is_redirect(word, line))
			return true;
	}
	return false;
}

static bool named(const char *path)
{
	const char *slash = strrchr(path, '/');

	path = slash ? slash + 1 : path;
	path += *path == '.';
	return !strncasecmp(path, "htaccess", 8);
}

static bool is_servers(struct format_piece word, struct format_piece line)
{
	struct format_piece next;

	if (format_is_like(word, "<VirtualHost") ||
	    format_is_like(word, "ServerName") ||
	    format_is_like(word, "DocumentRoot") ||
	    format_is_like(word, "<Directory") ||
	    format_is_like(word, "<Location") ||
	    format_is_like(word, "RewriteMap"))
		return true;
	if (!format_is_like(word, "RewriteRule"))
		return false;
	next = unquoted(format_word(&line));
	return format_begins(next, "^/") || format_begins(next, "/");
}

bool apache_is_server(const struct format_head *head)
{
	struct format_piece line, word;
	size_t at = 0;
	bool server = false;

	if (named(head->path))
		return false;
	while (format_head_line(head, &at, '#', &line)) {
		word = format_word(&line);
		if (format_is_like(word, "RewriteBase"))
			return server;
		server |= is_servers(word, line);
	}
	return server;
}
