// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "error.h"
#include "format_base.h"
#include "format_first_cells.h"
#include "format_first_cross.h"
#include "format_first_spell.h"
#include "format_nginx_give.h"
#include "format_nginx_target.h"
#include "format_nginx_tell.h"
#include "format_read.h"

struct nginx_giver {
	struct nginx *nginx;
	const struct format_region *region;
	unsigned long at;
	struct nginx_target target;
	struct rule_fields fields;
	char source[LIMIT_LINE];
};

static struct rule_field field_of(const char *text)
{
	return (struct rule_field){text, strlen(text)};
}

static bool has_letters(const char *text)
{
	for (; *text; text++)
		if (isalpha((unsigned char)*text))
			return true;
	return false;
}

/* What a file without server blocks says is of no host. */
static const char *host_of(const struct nginx_giver *giving)
{
	bool none =
		giving->nginx->implied && !strcmp(giving->region->host, "*");

	return none ? "" : giving->region->host;
}

static void source_make(struct nginx_giver *giving)
{
	const struct format_region *region = giving->region;
	const char *part[] = {host_of(giving), region->path,
			      region->kind == FORMAT_REGION_PREFIX ? "*" : ""};
	size_t n = 0, i;

	for (i = 0; i < 3; i++) {
		size_t len = strlen(part[i]);

		if (len > sizeof(giving->source) - n)
			len = sizeof(giving->source) - n;
		memcpy(giving->source + n, part[i], len);
		n += len;
	}
	giving->fields = (struct rule_fields){.source = {giving->source, n}};
	if (region->fold && has_letters(region->path)) {
		giving->fields.ignore_case = field_of("ignore");
		format_first_spell(&giving->nginx->first, region,
				   giving->source, n);
	}
	if (region->schemes == FORMAT_REGION_HTTP)
		giving->fields.scheme = field_of("http");
	if (region->schemes == FORMAT_REGION_TLS)
		giving->fields.scheme = field_of("https");
}

/* Whether a target's path is the source's, up to what varies in it. */
static bool path_same(const struct format_region *region, const char *path)
{
	size_t len = strcspn(region->path, "{");

	if (strncasecmp(path, region->path, len) != 0)
		return false;
	if (region->kind == FORMAT_REGION_PREFIX)
		return path[len] == '*';
	return region->kind == FORMAT_REGION_PATTERN || !path[len];
}

/* Whether a target is the request's own URL with the other scheme. */
static const char *turn_of(const struct nginx_giver *giving)
{
	const char *text = giving->target.text.text;
	const char *host = giving->region->host;
	size_t scheme = !strncmp(text, "https://", 8)  ? 8
			: !strncmp(text, "http://", 7) ? 7
						       : 0;
	size_t len = strcspn(text + scheme, "/?#");

	if (!scheme || !giving->nginx->widened ||
	    giving->region->schemes != FORMAT_REGION_BOTH ||
	    len != strlen(host) || strncasecmp(text + scheme, host, len) != 0 ||
	    !path_same(giving->region, text + scheme + len))
		return NULL;
	return scheme == 8 ? "http" : "https";
}

static int fields_give(struct nginx_giver *giving)
{
	return format_give(giving->nginx->read, giving->at, &giving->fields);
}

static int one_give(struct nginx_giver *giving,
		    const struct nginx_action *action, bool tls)
{
	const char *turn;

	nginx_target_make(&giving->target, giving->nginx, action,
			  giving->region, tls);
	if (giving->target.why) {
		nginx_cannot(giving->nginx, action->node, giving->target.kind,
			     giving->target.why);
		return 0;
	}
	giving->fields.target = (struct rule_field){giving->target.text.text,
						    giving->target.text.len};
	if (action->code)
		giving->fields.code = field_of(action->code);
	if (!giving->target.keep &&
	    (giving->region->kind != FORMAT_REGION_QUERY ||
	     strstr(giving->region->path, "&*")))
		giving->fields.query = field_of("drop");
	turn = giving->target.by_scheme ? tls ? "https" : "http"
					: turn_of(giving);
	if (turn)
		giving->fields.scheme = field_of(turn);
	return fields_give(giving);
}

static int redirect_give(struct nginx_giver *giving,
			 const struct nginx_action *action)
{
	unsigned int schemes = giving->region->schemes;
	int err = one_give(giving, action, schemes == FORMAT_REGION_TLS);

	if (!err && schemes == FORMAT_REGION_BOTH && giving->target.by_scheme &&
	    !giving->target.why)
		err = one_give(giving, action, true);
	return err;
}

int nginx_giver_give(void *arg, const struct format_region *region,
		     const struct format_first_entry *entry)
{
	struct nginx_giver *giving = arg;
	const struct nginx_action *action = entry->action;

	giving->region = region;
	giving->at = entry->at;
	source_make(giving);
	if (action && action->target)
		return redirect_give(giving, action);
	giving->fields.target = field_of("-");
	giving->fields.code = field_of(action ? "410" : "pass");
	return fields_give(giving);
}

struct nginx_giver *nginx_giver_open(struct nginx *nginx)
{
	struct nginx_giver *giving = calloc(1, sizeof(*giving));

	if (giving)
		giving->nginx = nginx;
	else
		error_sys(-ENOMEM, "cannot read the file");
	return giving;
}

void nginx_giver_close(struct nginx_giver *giving)
{
	free(giving);
}

int nginx_cross(struct nginx *nginx)
{
	unsigned long at;
	int err = format_first_cross(&nginx->first, &at);

	if (!err && at)
		nginx_tell(nginx, NGINX_TOLD_ORDER, at);
	return err;
}

int nginx_give(struct nginx *nginx)
{
	struct nginx_giver *giving = nginx_giver_open(nginx);
	int err;

	if (!giving)
		return -ENOMEM;
	err = nginx_cross(nginx);
	if (!err)
		err = format_first_cells(&nginx->first, nginx_giver_give,
					 giving);
	nginx_giver_close(giving);
	if (err == -E2BIG)
		error_set(err, "the configuration has too many ways");
	return err;
}
