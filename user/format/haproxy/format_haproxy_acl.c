// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "format_haproxy_acl.h"
#include "format_haproxy_list.h"
#include "format_haproxy_model.h"
#include "format_haproxy_pattern.h"
#include "format_haproxy_scheme.h"
#include "format_haproxy_tell.h"
#include "format_read.h"

/* An expression with that of a variable in the variable's place. */
static struct haproxy_expr *var_expr(struct haproxy *haproxy, const char *var,
				     const char *text)
{
	const char *rest = strchr(text, ')');
	size_t before = strlen(var), len;
	char *both;

	rest = rest ? rest + 1 : "";
	len = strlen(rest);
	both = format_pool_take(&haproxy->pool, before + len + 1);
	if (!both)
		return NULL;
	memcpy(both, var, before);
	memcpy(both + before, rest, len);
	return haproxy_expr(&haproxy->pool, both, before + len);
}

struct haproxy_expr *haproxy_acl_expr(struct haproxy *haproxy, const char *text,
				      size_t len)
{
	struct haproxy_expr *expr = haproxy_expr(&haproxy->pool, text, len);
	const struct haproxy_set_var *var = haproxy->vars;

	if (!expr || expr->fetch != HAPROXY_VAR)
		return expr;
	while (var && strcmp(var->name, expr->name))
		var = var->next;
	if (var && var->expr)
		return var_expr(haproxy, var->expr->text, expr->text);
	expr->why = "a variable that is not set by one line";
	return expr;
}

/* The words of one line, while they are read. */
struct acl_reading {
	struct haproxy *haproxy;
	struct haproxy_acl *acl;
	struct haproxy_test test;
	unsigned long at;
	bool flagged; /* "-m" says how it is compared */
};

/* What has no text to compare: a scheme, or all and nothing. */
static int scheme_add(struct acl_reading *reading, unsigned int schemes)
{
	struct format_region region = format_region_all;

	region.schemes = schemes;
	return haproxy_set_add(reading->haproxy, &reading->acl->set, &region);
}

/* The keys of a map that are found, or whose values are a pattern. */
static int keys_add(struct acl_reading *reading, const char *value)
{
	const struct haproxy_expr *expr = reading->test.expr;
	struct haproxy_test test = {expr, expr->map_match, false};
	struct haproxy_list *list =
		haproxy_list(reading->haproxy, expr->file, true, reading->at);
	int err = 0;
	size_t i;

	if (!list)
		return -ENOMEM;
	reading->acl->set.why = list->why;
	for (i = 0; !err && i < list->count; i++)
		if (!value || !strcmp(value, list->entries[i].value))
			err = haproxy_pattern(reading->haproxy,
					      &reading->acl->set, &test,
					      list->entries[i].key,
					      list->entries[i].at);
	return err;
}

static int pattern_add(struct acl_reading *reading, const char *pattern)
{
	const struct haproxy_expr *expr = reading->test.expr;

	if (expr->file && reading->test.match == HAPROXY_STR &&
	    !reading->test.fold && !expr->fallback)
		return keys_add(reading, pattern);
	if (expr->file) {
		reading->acl->set.why = "what a map gives is compared";
		return 0;
	}
	return haproxy_pattern(reading->haproxy, &reading->acl->set,
			       &reading->test, pattern, reading->at);
}

static int file_add(struct acl_reading *reading, const char *name)
{
	struct haproxy_list *list =
		haproxy_list(reading->haproxy, name, false, reading->at);
	unsigned long at = reading->at;
	int err = 0;
	size_t i;

	if (!list)
		return -ENOMEM;
	reading->acl->set.why = list->why;
	for (i = 0; !err && i < list->count; i++) {
		reading->at = list->entries[i].at;
		err = pattern_add(reading, list->entries[i].key);
	}
	reading->at = at;
	return err;
}

/* What a test without patterns takes. */
static int none_add(struct acl_reading *reading)
{
	const struct haproxy_expr *expr = reading->test.expr;
	bool found = reading->test.match == HAPROXY_FOUND;

	if (expr->file && found && !expr->fallback)
		return keys_add(reading, NULL);
	if (expr->fetch == HAPROXY_NEVER)
		return 0;
	if (expr->fetch == HAPROXY_QUERY && found)
		reading->acl->query = true;
	if (reading->acl->query || expr->fetch == HAPROXY_ALWAYS ||
	    (found &&
	     (expr->fetch == HAPROXY_HOST || expr->fetch == HAPROXY_PATH ||
	      expr->fetch == HAPROXY_BASE || expr->fetch == HAPROXY_URL)))
		return scheme_add(reading, FORMAT_REGION_BOTH);
	reading->acl->set.why =
		expr->why ? expr->why : "rules do not know of it";
	return 0;
}

/* The flags before the patterns; -f and -m have a word each. */
static int flags_read(struct acl_reading *reading, char **word, size_t count,
		      size_t *i, bool *patterns)
{
	char **files[64];
	size_t n = 0, f;
	int err = 0;

	for (; *i < count && word[*i][0] == '-'; (*i)++) {
		const char *flag = word[*i];
		bool more = *i + 1 < count;

		if (!strcmp(flag, "--") && (*i)++ < count)
			break;
		if (!strcmp(flag, "-i"))
			reading->test.fold = true;
		else if (!strcmp(flag, "-m") && more) {
			reading->flagged = true;
			reading->test.match = haproxy_match_of(
				word[*i + 1], strlen(word[*i + 1]));
		} else if (!strcmp(flag, "-f") && more && n < 64)
			files[n++] = &word[*i + 1];
		else if (strcmp(flag, "-n") && strcmp(flag, "-u"))
			reading->acl->set.why = "a flag that rules do not know";
		if ((!strcmp(flag, "-m") || !strcmp(flag, "-f") ||
		     !strcmp(flag, "-u")) &&
		    more)
			(*i)++;
	}
	*patterns = n || *i < count;
	for (f = 0; !err && f < n; f++)
		err = file_add(reading, *files[f]);
	return err;
}

int haproxy_acl_words(struct haproxy *haproxy, struct haproxy_acl *acl,
		      char **word, size_t count, unsigned long at)
{
	struct acl_reading reading = {.haproxy = haproxy, .acl = acl, .at = at};
	struct haproxy_expr *expr;
	bool patterns = false;
	size_t i = 1;
	int err = 0;

	if (!count)
		return 0;
	expr = haproxy_acl_expr(haproxy, word[0], strlen(word[0]));
	if (!expr)
		return -ENOMEM;
	reading.test.expr = expr;
	reading.test.match = expr->match;
	acl->expr = expr;
	if (expr->why) {
		acl->set.why = expr->why;
		return 0;
	}
	err = flags_read(&reading, word, count, &i, &patterns);
	acl->match = reading.test.match;
	if (!err && !expr->file &&
	    (expr->fetch == HAPROXY_TLS || expr->fetch == HAPROXY_PORT))
		return haproxy_scheme(haproxy, &acl->set, &reading.test,
				      reading.flagged, word + i, count - i, at);
	if (!err && !patterns)
		err = none_add(&reading);
	for (; !err && i < count; i++)
		err = pattern_add(&reading, word[i]);
	return err;
}
