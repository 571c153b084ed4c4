// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "format_file.h"
#include "format_haproxy_model.h"
#include "format_haproxy_parse.h"
#include "format_read.h"

/* Where reading is. */
struct parsing {
	struct haproxy *haproxy;
	struct haproxy_section *section;  /* NULL: one without redirects */
	struct haproxy_section *defaults; /* the last ones */
	unsigned int depth;		  /* of ".if" */
	bool global;
};

static bool is_one_of(const char *word, const char *const *of)
{
	for (; *of; of++)
		if (!strcmp(word, *of))
			return true;
	return false;
}

static struct haproxy_section *defaults_find(const struct haproxy *haproxy,
					     const char *name)
{
	struct haproxy_section *section = haproxy->sections;

	for (; section; section = section->next)
		if (!strcmp(section->kind, "defaults") &&
		    !strcmp(section->name, name))
			return section;
	return NULL;
}

/* "frontend NAME [from DEFAULTS]" */
static int section_begin(struct parsing *parsing,
			 const struct haproxy_line *line)
{
	static const char *const kinds[] = {"defaults", "frontend", "backend",
					    "listen", NULL};
	struct haproxy *haproxy = parsing->haproxy;
	const char *name = line->count > 1 ? line->word[1] : "";
	struct haproxy_section *section;

	parsing->global = !strcmp(line->word[0], "global");
	parsing->section = NULL;
	if (!is_one_of(line->word[0], kinds))
		return 0;
	section = format_pool_take(&haproxy->pool, sizeof(*section));
	if (!section)
		return -ENOMEM;
	section->kind = line->word[0];
	section->name = name;
	section->at = line->at;
	section->defaults = parsing->defaults;
	section->listens = !strcmp(section->kind, "frontend") ||
			   !strcmp(section->kind, "listen");
	section->acls.end = &section->acls.first;
	section->rules.end = &section->rules.first;
	section->redirects.end = &section->redirects.first;
	section->uses.end = &section->uses.first;
	section->others.end = &section->others.first;
	if (line->count > 3 && !strcmp(line->word[2], "from"))
		section->defaults = defaults_find(haproxy, line->word[3]);
	if (!strcmp(section->kind, "defaults"))
		parsing->defaults = section;
	if (section->defaults) {
		section->tcp = section->defaults->tcp;
		section->disabled = section->defaults->disabled;
		section->fallback = section->defaults->fallback;
	}
	*haproxy->sections_end = section;
	haproxy->sections_end = &section->next;
	parsing->section = section;
	return 0;
}

static bool has_word(const struct haproxy_line *line, const char *word)
{
	size_t i;

	for (i = 1; i < line->count; i++)
		if (!strcmp(line->word[i], word))
			return true;
	return false;
}

/* What answers without a line of http-request, or makes other requests. */
static bool is_other(const struct haproxy_line *line)
{
	static const char *const others[] = {
		"monitor-uri", "stats",	    "errorloc", "errorloc302",
		"errorloc303", "reqrep",    "reqirep",	"reqdel",
		"reqidel",     "reqtarpit", "reqadd",	NULL};
	static const char *const servers[] = {"server", "server-template",
					      "default-server", NULL};

	if (is_one_of(line->word[0], servers))
		return has_word(line, "redir");
	if (!strcmp(line->word[0], "http-response"))
		return line->count > 1 && !strcmp(line->word[1], "redirect");
	return is_one_of(line->word[0], others);
}

static void bind_take(struct haproxy_section *section,
		      const struct haproxy_line *line)
{
	section->schemes |=
		has_word(line, "ssl") ? FORMAT_REGION_TLS : FORMAT_REGION_HTTP;
}

static void line_append(struct haproxy_lines *lines, struct haproxy_line *line)
{
	*lines->end = line;
	lines->end = &line->next;
}

static void line_take(struct haproxy_section *section,
		      struct haproxy_line *line)
{
	const char *word = line->word[0];

	if (!strcmp(word, "acl"))
		line_append(&section->acls, line);
	else if (!strcmp(word, "http-request"))
		line_append(&section->rules, line);
	else if (!strcmp(word, "redirect"))
		line_append(&section->redirects, line);
	else if (!strcmp(word, "use_backend"))
		line_append(&section->uses, line);
	else if (!strcmp(word, "bind"))
		bind_take(section, line);
	else if (!strcmp(word, "default_backend") && line->count > 1)
		section->fallback = line->word[1];
	else if (!strcmp(word, "mode") && line->count > 1)
		section->tcp = !strcmp(line->word[1], "tcp");
	else if (!strcmp(word, "disabled") || !strcmp(word, "enabled"))
		section->disabled = *word == 'd';
	else if (is_other(line))
		line_append(&section->others, line);
}

/* "setenv NAME VALUE" of global. */
static int env_take(struct haproxy *haproxy, const struct haproxy_line *line)
{
	struct haproxy_variable *variable;

	if (line->count < 3 || (strcmp(line->word[0], "setenv") &&
				strcmp(line->word[0], "presetenv")))
		return 0;
	variable = format_pool_take(&haproxy->pool, sizeof(*variable));
	if (!variable)
		return -ENOMEM;
	*variable = (struct haproxy_variable){haproxy->env.first, line->word[1],
					      line->word[2]};
	haproxy->env.first = variable;
	return 0;
}

static bool about_redirects(const struct haproxy_line *line)
{
	size_t i;

	for (i = 0; i < line->count && i < 2; i++)
		if (!strcmp(line->word[i], "redirect"))
			return true;
	return false;
}

/* Lines in ".if" and ".endif", of which the file does not say whether they
 * count. Returns whether it is one. */
static bool block_take(struct parsing *parsing, const struct haproxy_line *line)
{
	const char *word = line->word[0];

	if (*word != '.' && !parsing->depth)
		return false;
	if (!strcmp(word, ".if"))
		parsing->depth++;
	else if (!strcmp(word, ".endif") && parsing->depth)
		parsing->depth--;
	else if (parsing->depth && about_redirects(line))
		format_cannot(parsing->haproxy->read, line->at, "condition",
			      "it is between .if and .endif");
	return true;
}

static int words_take(struct parsing *parsing, struct haproxy_line *line)
{
	static const char *const others[] = {
		"global",   "userlist",	   "peers",  "resolvers",   "mailers",
		"cache",    "program",	   "ring",   "log-forward", "crt-store",
		"fcgi-app", "http-errors", "traces", "defaults",    "frontend",
		"backend",  "listen",	   NULL};

	if (block_take(parsing, line))
		return 0;
	/* most lines are that */
	if (parsing->section && !strcmp(line->word[0], "http-request")) {
		line_append(&parsing->section->rules, line);
		return 0;
	}
	if (is_one_of(line->word[0], others))
		return section_begin(parsing, line);
	if (parsing->global)
		return env_take(parsing->haproxy, line);
	if (!strcmp(line->word[0], "no") || !strcmp(line->word[0], "default"))
		return 0;
	if (!parsing->section)
		return 0;
	if (!strcmp(line->word[0], "redirect") &&
	    !strcmp(parsing->section->kind, "defaults"))
		format_error(parsing->haproxy->read, line->at, "line",
			     "redirect: not in defaults");
	else
		line_take(parsing->section, line);
	return 0;
}

static int line_read(struct parsing *parsing, const struct line *text,
		     unsigned long at)
{
	struct haproxy *haproxy = parsing->haproxy;
	struct haproxy_words words;
	struct haproxy_line *line;

	if (haproxy_words(&words, &haproxy->pool, &haproxy->env, text->text,
			  text->len))
		return -ENOMEM;
	if (words.wrong)
		format_error(haproxy->read, at, "line", "%s", words.wrong);
	if (words.wrong || !words.count)
		return 0;
	if (words.fallback)
		format_differs(
			haproxy->read, at, "variable",
			"%s: it is not set in the file: its default is taken",
			words.fallback);
	line = format_pool_take(&haproxy->pool, sizeof(*line));
	if (!line)
		return -ENOMEM;
	*line = (struct haproxy_line){NULL, words.word, words.count,
				      words.unset, at};
	return words_take(parsing, line);
}

int haproxy_parse(struct haproxy *haproxy)
{
	struct parsing parsing = {.haproxy = haproxy};
	struct line line;
	unsigned long at;
	int got;

	haproxy->sections_end = &haproxy->sections;
	while ((got = format_line(haproxy->read, haproxy->file, &line, &at)) >
	       0) {
		got = line_read(&parsing, &line, at);
		if (got)
			break;
	}
	return got;
}
