// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ask.h"
#include "check.h"
#include "check_twin.h"
#include "error.h"
#include "host.h"
#include "loop_sample.h"
#include "progress.h"
#include "rule.h"
#include "rule_code.h"

enum twin_kind {
	TWIN_BARE,  /* a path without a final slash, ... */
	TWIN_SLASH, /* ... and with it: some leave it out who come by hand */
	TWIN_WWW,
	TWIN_APEX,
	TWIN_KINDS,
};

/* As few of a kind are looked at one by one; where of so many none has its
 * twin, they do without. */
enum { TWIN_FEW = 20, TWIN_ENOUGH = 1000 };

struct twin {
	const struct check *check;
	struct ask ask;
	unsigned long with[TWIN_KINDS], without[TWIN_KINDS];
	bool tells; /* else it counts */
	size_t host_len;
	char host[LIMIT_HOST + 8];
	char path[LIMIT_PATH + 2];
};

/* Whether the rules mostly have twins of a kind. */
static bool is_usual(const struct twin *twin, enum twin_kind kind)
{
	unsigned long with = twin->with[kind], without = twin->without[kind];

	if (kind == TWIN_BARE && !with)
		return false;
	return with + without < TWIN_FEW || with >= without;
}

static void twin_tell(struct twin *twin, const struct ruleset_entry *entry)
{
	struct warning warning;
	struct rule rule;
	bool page = *twin->path && twin->path[1];

	ruleset_get(entry, &rule);
	warning = check_about("twin", entry, &rule);
	warnings_add(twin->check->warnings, &warning,
		     "%s is there, but no rule answers %.*s%s", warning.source,
		     (int)twin->host_len, twin->host, page ? twin->path : "");
}

/* Whether it is a rule for the twin alone that answers. */
static bool is_twin(struct twin *twin, enum twin_kind kind)
{
	const struct rule *met = &twin->ask.met;

	return kind > TWIN_SLASH ||
	       (ask_rule(&twin->ask) &&
		met->source[met->source_len - 1] != '*' &&
		!memchr(met->source, '{', met->source_len));
}

/* Count or tell whether a rule answers for the twin in host and path. */
static void twin_look(struct twin *twin, enum twin_kind kind,
		      const struct ruleset_entry *entry)
{
	const char *path = *twin->path ? twin->path : "/";

	if (twin->tells && !is_usual(twin, kind))
		return;
	if (!ask_begin(&twin->ask, twin->check->map,
		       entry->scheme == RULE_SCHEME_HTTPS, twin->host,
		       twin->host_len, path, strlen(path)))
		return;
	if (ask_answers(&twin->ask))
		twin->with[kind] += !twin->tells && is_twin(twin, kind);
	else if (twin->tells)
		twin_tell(twin, entry);
	else
		twin->without[kind]++;
}

/* Where a file's name ends in ".html" nobody puts a slash behind it. */
static void slash_look(struct twin *twin, const struct ruleset_entry *entry,
		       size_t host_len)
{
	const char *path = entry->source + host_len;
	size_t len = entry->source_len - host_len;
	bool slash = path[len - 1] == '/';
	const char *last = memrchr(path, '/', len - slash);

	if (len < 2 || len > LIMIT_PATH - 1 || *entry->source == '*' ||
	    memchr(path, '?', len) || memchr(path, '{', len) ||
	    path[len - 1] == '*' || !last || last + 1 == path + len - slash ||
	    memchr(last, '.', path + len - last))
		return;
	twin->host_len = host_len;
	memcpy(twin->host, entry->source, host_len);
	memcpy(twin->path, path, len);
	twin->path[len] = '/';
	twin->path[slash ? len - 1 : len + 1] = '\0';
	twin_look(twin, slash ? TWIN_SLASH : TWIN_BARE, entry);
}

/* Whether a name could be registered: "name.com", "name.co.uk". */
static bool is_apex(const char *name, size_t len)
{
	const char *last = memrchr(name, '.', len), *before;

	if (!last || last == name || host_is_address(name, len))
		return false;
	before = memrchr(name, '.', last - name);
	return !before || (name + len - last == 3 && last - before <= 4 &&
			   !memchr(name, '.', before - name));
}

/* Whether a target stays below a name, so that the name is in use. */
static bool stays_below(const char *target, const char *name, size_t len)
{
	const char *host = loop_sample_host(target);
	size_t host_len = strcspn(host, ":/?#");

	return *host == '*' ||
	       (host_len >= len &&
		!strncasecmp(host + host_len - len, name, len) &&
		(host_len == len || host[host_len - len - 1] == '.'));
}

/* What stands beside a host that is redirected as a whole. */
static void host_look(struct twin *twin, const struct ruleset_entry *entry,
		      size_t len)
{
	const char *host = entry->source;
	const char *target = host + entry->source_len + 1;
	bool below = host[0] == '*', www = !strncmp(host, "www.", 4);
	const char *name = host + (below ? 2 : www ? 4 : 0);
	size_t name_len = len - (name - host);

	if (len < 3 || (below && host[1] != '.') || len > LIMIT_HOST - 4 ||
	    !memchr(name, '.', name_len) ||
	    stays_below(target, name, name_len) ||
	    (!below && !www && !is_apex(name, name_len)))
		return;
	twin->path[0] = '\0';
	memcpy(twin->host, "www.", 4);
	twin->host_len = 4;
	if (below || www)
		twin->host_len = 0;
	memcpy(twin->host + twin->host_len, name, name_len);
	twin->host_len += name_len;
	twin_look(twin, below ? TWIN_APEX : TWIN_WWW, entry);
}

/* Whether enough paths have been counted. */
static bool is_known(const struct twin *twin)
{
	const unsigned long *with = twin->with, *without = twin->without;

	return without[TWIN_SLASH] + without[TWIN_BARE] >= TWIN_ENOUGH &&
	       !with[TWIN_SLASH] && !with[TWIN_BARE];
}

/* Once through all rules. A host that is redirected as a whole answers for all
 * its pages. */
static void twins_look(struct twin *twin)
{
	const struct ruleset *set = twin->check->set;
	const struct ruleset_entry *at = NULL;
	size_t i, len = 0;
	bool whole = false;

	for (i = 0; i < set->count; i++) {
		const struct ruleset_entry *entry = &set->entries[i];

		if (!at || entry->source[len] != '/' ||
		    memcmp(at->source, entry->source, len)) {
			at = entry;
			len = strcspn(entry->source, "/");
			whole = false;
		}
		progress_at(i);
		if (entry->source[len + 1] == '*' && !entry->source[len + 2]) {
			whole = true;
			if (rule_code(entry->code)->target)
				host_look(twin, entry, len);
		} else if (!whole && rule_code(entry->code)->target &&
			   (twin->tells || !is_known(twin))) {
			slash_look(twin, entry, len);
		}
	}
}

int check_twin(const struct check *check)
{
	struct twin *twin = calloc(1, sizeof(*twin));
	unsigned long without = 0;
	int kind;

	if (!twin)
		return error_sys(-ENOMEM, "cannot look for twins");
	twin->check = check;
	twins_look(twin);
	for (kind = 0; kind < TWIN_KINDS; kind++)
		without += is_usual(twin, kind) ? twin->without[kind] : 0;
	twin->tells = true;
	if (without)
		twins_look(twin);
	free(twin);
	return 0;
}
