// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "array.h"
#include "error.h"
#include "format_apache_cond.h"
#include "format_apache_give.h"
#include "format_apache_hosts.h"
#include "format_apache_item.h"
#include "format_read.h"
#include "format_regex.h"
#include "host.h"

enum { HOSTS = 4096 }; /* of a server */

static bool known(const struct apache_giving *giving, const char *host)
{
	size_t i;

	for (i = 0; i < giving->host_count; i++)
		if (!strcmp(giving->hosts[i], host))
			return true;
	return false;
}

static int host_add(struct apache_giving *giving, const char *host)
{
	char **to;

	if (known(giving, host))
		return 0;
	if (giving->host_count == HOSTS)
		return error_set(-E2BIG, "more than %d hosts of one server",
				 HOSTS);
	if (array_grow(&giving->hosts, &giving->host_room,
		       giving->host_count + 1, sizeof(*giving->hosts)))
		return error_sys(-ENOMEM, "cannot read the file");
	to = &giving->hosts[giving->host_count];
	*to = strdup(host);
	if (!*to)
		return error_sys(-ENOMEM, "cannot read the file");
	for (host = *to; **to; (*to)++)
		if (**to >= 'A' && **to <= 'Z')
			**to += 'a' - 'A';
	*to = (char *)host;
	giving->host_count++;
	return 0;
}

/* "name", "name:80", "http://name": what is a host of it. */
static int name_add(struct apache_giving *giving, const char *name,
		    unsigned long at)
{
	char text[LIMIT_HOST + 3];
	const char *scheme = strstr(name, "://");
	size_t len;

	if (scheme)
		name = scheme + 3;
	len = *name == '[' ? strcspn(name, "]") + 1 : strcspn(name, ":");
	if (len > LIMIT_HOST + 2 || len > strlen(name)) {
		format_error(giving->read, at, "source", "host '%s'", name);
		return 0;
	}
	memcpy(text, name, len);
	text[len] = '\0';
	if (strpbrk(text + (text[0] == '*' && text[1] == '.'), "*?")) {
		format_cannot(giving->read, at, "host",
			      "%s: a wildcard that is not for all names below "
			      "another one",
			      text);
		return 0;
	}
	return host_add(giving, text);
}

static int option_add(struct apache_giving *giving, const char *host)
{
	int err;

	if (*host != '.')
		return host_add(giving, host);
	err = host_add(giving, host + 1);
	if (!err) {
		char text[LIMIT_HOST + 3] = "*";

		strncat(text, host, LIMIT_HOST);
		err = host_add(giving, text);
	}
	return err;
}

bool apache_host_below(const struct apache_giving *giving, const char *host)
{
	size_t i, len = strlen(host);

	for (i = 0; i < giving->host_count; i++) {
		const char *wild = giving->hosts[i];
		size_t end = strlen(wild);

		if (*wild == '*' && strcmp(wild, host) && len >= end - 1 &&
		    !strcmp(host + len - (end - 1), wild + 1))
			return true;
	}
	return false;
}

/* Take in the hosts of a condition. */
static int cond_add(struct apache_giving *giving,
		    const struct apache_cond *cond)
{
	const char *pattern;
	bool negated = apache_cond_not(cond, &pattern);
	bool open = giving->server == giving->conf->servers && !negated;
	struct format_regex regex = {0};
	size_t i;
	int err;

	if (*pattern == '=')
		return open || apache_host_below(giving, pattern + 1)
			       ? host_add(giving, pattern + 1)
			       : 0;
	err = format_regex_host(&regex, pattern, strlen(pattern));
	for (i = 0; !err && i < regex.count; i++) {
		const char *host = regex.ways[i].source;

		if ((open && strcmp(host, "*")) ||
		    apache_host_below(giving, host))
			err = host_add(giving, host);
	}
	format_regex_free(&regex);
	return err == -ENOTSUP ? 0 : err;
}

static int items_add(struct apache_giving *giving,
		     const struct apache_items *items)
{
	size_t i, j;
	int err = 0;

	for (i = 0; i < items->count; i++)
		for (j = 0; !err && j < items->items[i].cond_count; j++)
			if (apache_cond_asks(&items->items[i].conds[j]) ==
			    APACHE_ASKS_HOST)
				err = cond_add(giving,
					       &items->items[i].conds[j]);
	return err;
}

int apache_hosts(struct apache_giving *giving)
{
	struct apache_server *server = giving->server;
	const char *option = giving->read->options.host;
	bool host = server != giving->conf->servers;
	size_t i;
	int err = 0;

	for (i = 0; host && !err && i < server->name_count; i++)
		err = name_add(giving, server->names[i], server->at);
	if (!err && !giving->host_count && (!host || !server->name_count))
		err = option_add(giving, option ? option : host ? "*" : "");
	if (!err)
		err = items_add(giving, &server->rewrites);
	if (!err)
		err = items_add(giving, &server->dir_rewrites);
	if (err)
		return err;
	giving->whole = calloc(giving->host_count + 1, 1);
	return giving->whole ? 0 : error_sys(-ENOMEM, "cannot read the file");
}

void apache_hosts_free(struct apache_giving *giving)
{
	size_t i;

	for (i = 0; i < giving->host_count; i++)
		free(giving->hosts[i]);
	giving->host_count = 0;
	free(giving->whole);
	giving->whole = NULL;
}
