// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "format_haproxy_acl.h"
#include "format_haproxy_model.h"
#include "format_haproxy_named.h"

struct haproxy_named {
	struct haproxy_named *next;
	const char *name;
	struct haproxy_acl acl;
};

static bool is_any_of(const char *word, const char *const *of)
{
	for (; *of; of++)
		if (!strcmp(word, *of))
			return true;
	return false;
}

/* ACLs that HAProxy has by itself. */
static int builtin_take(struct haproxy *haproxy, struct haproxy_acl *acl,
			const char *name)
{
	static const char *const always[] = {"TRUE", "HTTP", "HTTP_URL_SLASH",
					     NULL};
	static const char *const others[] = {
		"HTTP_1.0",	"HTTP_1.1",	 "HTTP_2.0",   "HTTP_CONTENT",
		"HTTP_URL_ABS", "HTTP_URL_STAR", "LOCALHOST",  "METH_CONNECT",
		"METH_DELETE",	"METH_GET",	 "METH_HEAD",  "METH_OPTIONS",
		"METH_POST",	"METH_PUT",	 "METH_TRACE", "REQ_CONTENT",
		"RDP_COOKIE",	"WAIT_END",	 NULL};

	if (is_any_of(name, always))
		return haproxy_set_add(haproxy, &acl->set, &format_region_all);
	if (!strcmp(name, "FALSE"))
		return 0;
	if (!is_any_of(name, others))
		return -ENOENT;
	acl->set.why = !strncmp(name, "METH_", 5) ? "rules know of no methods"
						  : "rules do not know of it";
	return 0;
}

static int lines_take(struct haproxy *haproxy, struct haproxy_acl *acl,
		      const struct haproxy_section *section, const char *name)
{
	const struct haproxy_line *line = section->acls.first;
	bool found = false;
	int err = 0;

	for (; !err && line; line = line->next) {
		if (line->count < 3 || strcmp(line->word[1], name))
			continue;
		err = haproxy_acl_words(haproxy, acl, line->word + 2,
					line->count - 2, line->at);
		if (line->unset)
			acl->set.why = HAPROXY_UNSET;
		if (found)
			acl->expr = NULL;
		found = true;
	}
	if (err || found)
		return err;
	return builtin_take(haproxy, acl, name);
}

int haproxy_named(struct haproxy *haproxy, const struct haproxy_acl **acl,
		  struct haproxy_section *section, const char *name)
{
	struct haproxy_named *named = section->named;
	int err;

	while (named && strcmp(named->name, name))
		named = named->next;
	if (named) {
		*acl = &named->acl;
		return 0;
	}
	named = format_pool_take(&haproxy->pool, sizeof(*named));
	if (!named)
		return -ENOMEM;
	err = lines_take(haproxy, &named->acl, section, name);
	if (err)
		return err;
	named->name = name;
	named->next = section->named;
	section->named = named;
	*acl = &named->acl;
	return 0;
}
