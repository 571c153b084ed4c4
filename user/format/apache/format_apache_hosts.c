// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "array.h"
#include "error.h"
#include "format_apache_cond.h"
#include "format_apache_giving.h"
#include "format_apache_hosts.h"
#include "format_apache_item.h"
#include "format_apache_tell.h"
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
	char *to;

	if (known(giving, host))
		return 0;
	if (giving->host_count == HOSTS)
		return error_set(-E2BIG, "more than %d hosts of one server",
				 HOSTS);
	if (array_grow(&giving->hosts, &giving->host_room,
		       giving->host_count + 1, sizeof(*giving->hosts)))
		return error_sys(-ENOMEM, "cannot read the file");
	to = format_pool_text(&giving->pool, host, strlen(host));
	if (!to)
		return -ENOMEM;
	giving->hosts[giving->host_count] = to;
	for (; *to; to++)
		if (*to >= 'A' && *to <= 'Z')
			*to += 'a' - 'A';
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
		apache_error(giving, at, "source", "host '%s'", name);
		return 0;
	}
	memcpy(text, name, len);
	text[len] = '\0';
	if (strpbrk(text + (text[0] == '*' && text[1] == '.'), "*?")) {
		apache_cannot(giving, at, "host",
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

/* "^www\\." and the like: the name with "www." before it is one of the site's,
 * and that without it. */
static int www_add(struct apache_giving *giving, const char *pattern,
		   bool negated)
{
	size_t count = giving->host_count, i;
	char text[LIMIT_HOST + 8];
	int err = 0;

	if (!strncmp(pattern, "^www\\.", 6))
		pattern += 6;
	else if (!strncmp(pattern, "^www.", 5))
		pattern += 5;
	else
		return 0;
	/* not of another name */
	if (isalnum((unsigned char)*pattern))
		return 0;
	for (i = 0; !err && i < count; i++) {
		const char *host = giving->hosts[i];
		bool www = !strncmp(host, "www.", 4);

		if (!strchr(host, '.') || (*host == '*' && negated))
			continue;
		host += *host == '*' ? 2 : 0;
		if (strlen(host) > LIMIT_HOST)
			continue;
		snprintf(text, sizeof(text), "www.%s", host);
		if (negated && www)
			err = host_add(giving, host + 4);
		else if (!negated && !www)
			err = host_add(giving, text);
	}
	return err;
}

/* A condition may be for hosts that nothing names. */
static void others_tell(struct apache_giving *giving,
			const struct apache_cond *cond, int err,
			unsigned int unlike)
{
	const char *text;

	if (err == -ENOTSUP)
		apache_differs(giving, cond->at, "host",
			       "%s: of hosts that neither --host nor another "
			       "condition names it is not asked",
			       cond->pattern);
	while (!err && (text = format_regex_unlike(&unlike)))
		apache_differs(giving, cond->at, "regex", "%s: %s",
			       cond->pattern, text);
}

/* Take in the hosts of a condition. */
static int cond_add(struct apache_giving *giving,
		    const struct apache_cond *cond)
{
	const char *pattern;
	bool negated = apache_cond_not(cond, &pattern);
	bool own = giving->server == giving->conf->servers;
	bool open = own && !negated;
	struct format_regex regex = {0};
	size_t i;
	int err;

	if (own) {
		err = www_add(giving, pattern, negated);
		if (err)
			return err;
	}

	if (*pattern == '=')
		return open || apache_host_below(giving, pattern + 1)
			       ? host_add(giving, pattern + 1)
			       : 0;
	err = format_regex_host(&regex, pattern, strlen(pattern));
	if (open)
		others_tell(giving, cond, err, regex.unlike);
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

/* Names before wildcards, those with more labels first; else as they came. */
static int hosts_compare(const void *a, const void *b)
{
	const char *one = *(char *const *)a, *two = *(char *const *)b;
	int wild = (*one == '*') - (*two == '*');

	if (wild || *one != '*')
		return wild ? wild : strcmp(one, two);
	return strlen(one) < strlen(two) ? 1 : -(strlen(one) > strlen(two));
}

int apache_hosts(struct apache_giving *giving)
{
	struct apache_server *server = giving->server;
	const struct format_options *options = &giving->read->options;
	const char *option = options->host;
	bool host = server != giving->conf->servers;
	size_t i;
	int err = 0;

	for (i = 0; host && !err && i < server->name_count; i++)
		err = name_add(giving, server->names[i], server->at);
	if (!err && !giving->host_count && (!host || !server->name_count)) {
		err = option_add(giving, option ? option : host ? "*" : "");
		for (i = 0; !err && options->more_hosts[i]; i++)
			err = option_add(giving, options->more_hosts[i]);
	}
	if (!err)
		err = items_add(giving, &server->rewrites);
	if (!err)
		err = items_add(giving, &server->dir_rewrites);
	if (err)
		return err;
	qsort(giving->hosts, giving->host_count, sizeof(*giving->hosts),
	      hosts_compare);
	return 0;
}

void apache_hosts_free(struct apache_giving *giving)
{
	giving->host_count = 0;
}
