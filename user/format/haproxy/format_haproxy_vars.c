// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "format_haproxy_acl.h"
#include "format_haproxy_model.h"
#include "format_haproxy_vars.h"

/* The name in "set-var(NAME)", or NULL. */
static int name_of(struct haproxy *haproxy, const char *word, const char **name)
{
	const char *open = strchr(word, '(');
	size_t len;

	*name = NULL;
	if (!open || (strncmp(word, "set-var(", 8) != 0 &&
		      strncmp(word, "set-var-fmt(", 12) != 0))
		return 0;
	len = strcspn(open + 1, ",)");
	*name = format_pool_text(&haproxy->pool, open + 1, len);
	return *name ? 0 : -ENOMEM;
}

static int var_take(struct haproxy *haproxy, const struct haproxy_line *line,
		    const char *name)
{
	struct haproxy_set_var *var = haproxy->vars;
	bool plain = line->count == 3 && !line->unset &&
		     !strncmp(line->word[1], "set-var(", 8);

	while (var && strcmp(var->name, name))
		var = var->next;
	if (var) {
		var->expr = NULL;
		return 0;
	}
	var = format_pool_take(&haproxy->pool, sizeof(*var));
	if (!var)
		return -ENOMEM;
	var->name = name;
	if (plain) {
		var->expr = haproxy_acl_expr(haproxy, line->word[2],
					     strlen(line->word[2]));
		if (!var->expr)
			return -ENOMEM;
	}
	var->next = haproxy->vars;
	haproxy->vars = var;
	return 0;
}

int haproxy_vars(struct haproxy *haproxy)
{
	const struct haproxy_section *section = haproxy->sections;
	const struct haproxy_line *line;
	const char *name;
	int err = 0;

	for (; section; section = section->next)
		for (line = section->rules.first; !err && line;
		     line = line->next) {
			if (line->count < 3)
				continue;
			err = name_of(haproxy, line->word[1], &name);
			if (!err && name)
				err = var_take(haproxy, line, name);
		}
	return err;
}
