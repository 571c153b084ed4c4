// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "answer.h"
#include "error.h"
#include "explain.h"
#include "host.h"
#include "json.h"
#include "map_level.h"
#include "map_text.h"
#include "map_view.h"
#include "request.h"
#include "rule_code.h"
#include "rule_error.h"
#include "rule_line.h"

/* A URL taken apart, as typed. */
struct url {
	const char *host, *path, *query; /* query NULL: none */
	size_t host_len, path_len, query_len;
};

static int url_bad(const char *url, const char *why)
{
	struct rule_quote quote;

	return error_set(
		-EINVAL,
		"%s is no URL, which is HOST[/PATH][?QUERY] or http://...: %s",
		rule_quote(&quote, url, strlen(url)), why);
}

static void step(json_t *steps, const char *part, const char *from,
		 size_t from_len, const char *to, size_t to_len,
		 const char *why)
{
	json_t *value;

	if (!steps)
		return;
	if (from_len == to_len && !memcmp(from, to, to_len))
		why = "is in normal form";
	value = json_pack("{s:s, s:s%, s:s%, s:s}", "part", part, "from", from,
			  from_len, "to", to, to_len, "why", why);
	if (!value) /* what was typed is no UTF-8 */
		value = json_pack("{s:s, s:n, s:s%, s:s}", "part", part, "from",
				  "to", to, to_len, "why", why);
	json_array_append_new(steps, value);
}

static const char *url_scheme(const char *url, json_t *steps)
{
	static const char why[] = "rules do not depend on the scheme";
	size_t len = 0;

	if (!strncasecmp(url, "http://", 7))
		len = 7;
	else if (!strncasecmp(url, "https://", 8))
		len = 8;
	else if (strstr(url, "://") &&
		 strstr(url, "://") == url + strcspn(url, ":/?#"))
		return NULL;
	if (len)
		step(steps, "scheme", url, len, "", 0, why);
	return url + len;
}

static int url_split(struct url *parts, const char *url, json_t *steps)
{
	const char *at = url_scheme(url, steps);
	size_t len;

	if (!at)
		return url_bad(url, "neither http:// nor https://");
	len = strcspn(at, "#");
	if (at[len])
		step(steps, "fragment", at + len, strlen(at + len), "", 0,
		     "a client does not send it");
	*parts = (struct url){.host = at, .host_len = strcspn(at, "/?#")};
	if (!parts->host_len)
		return url_bad(url, "no host");
	if (memchr(at, '@', parts->host_len))
		return url_bad(url, "userinfo is not sent to a server");
	at += parts->host_len;
	len -= parts->host_len;
	parts->path = at;
	parts->path_len = strcspn(at, "?#");
	if (parts->path_len < len) {
		parts->query = at + parts->path_len + 1;
		parts->query_len = len - parts->path_len - 1;
	}
	return 0;
}

static int key_host(struct map_key *key, const char *whole,
		    const struct url *url, json_t *steps)
{
	size_t len = url->host_len;
	const char *reason = "bad port";
	char host[HOST_SIZE];
	ssize_t got;

	while (len && url->host[len - 1] != ':' && url->host[len - 1] != ']')
		len--;
	if (len && url->host[len - 1] == ':') {
		if (len < url->host_len &&
		    host_port(url->host + len, url->host_len - len) < 0)
			return url_bad(whole, reason);
		len--;
	} else {
		len = url->host_len;
	}
	got = host_rule(host, url->host, len, &reason);
	if (got < 0)
		return url_bad(whole, reason);
	key->host_len = got;
	memcpy(key->host, host, got);
	step(steps, "host", url->host, url->host_len, host, got,
	     "lower case, A-labels, no final dot, no port");
	return 0;
}

/* Returns 0, or the status of the answer that refuses the request. */
static int key_path(struct map_key *key, const struct url *url, json_t *steps)
{
	const char *to = (const char *)key->path;
	int status;

	if (url->path_len + !!url->query + url->query_len >
	    LIMIT_REQUEST_TARGET)
		return 414;
	status = request_path(key, url->path,
			      url->path_len + !!url->query + url->query_len);
	if (status)
		return status;
	step(steps, "path", url->path, url->path_len, to, key->path_len,
	     "escapes in one form, dot segments removed, never empty");
	if (url->query)
		step(steps, "query", url->query, url->query_len,
		     to + key->path_len + 1, key->query_len,
		     "escapes in one form");
	return 0;
}

int explain_key(struct map_key *key, int *status, const char *url,
		const char *method, json_t *steps)
{
	struct url parts = {0};
	int err;

	key->host_len = key->path_len = key->query_len = key->has_query = 0;
	key->method_other = strcmp(method, "GET") && strcmp(method, "HEAD");
	key->https = !strncasecmp(url, "https://", 8);
	err = url_split(&parts, url, steps);
	if (!err)
		err = key_host(key, url, &parts, steps);
	if (err)
		return err;
	*status =
		strcmp(method, "CONNECT") ? key_path(key, &parts, steps) : 405;
	return 0;
}

int explain_url(const char *url, const char *method)
{
	static struct map_key key;
	int status;

	return explain_key(&key, &status, url, method, NULL);
}

/* The rules that match, as they are found: the first one wins. */
struct found {
	const struct map *map;
	const struct map_key *key;
	json_t *rules;
	const struct map *winner_map;
	uint32_t winner; /* what the lookup says */
	uint32_t winner_host;
	char winner_name[LIMIT_HOST + 3];
	int sound;
};

static const char *found_why(struct found *found, const struct rule *rule,
			     const struct map *map, uint32_t host,
			     uint32_t addr, char *text, size_t size)
{
	static const char no_host[] =
		"the most specific match; its target takes a host that the URL does not give, so it is as pass";
	const char *end = rule->source + rule->source_len - 1;

	if (!found->winner_host) {
		found->sound =
			addr == found->winner && map == found->winner_map;
		found->winner_host = host;
		snprintf(found->winner_name, sizeof(found->winner_name), "%.*s",
			 (int)strcspn(rule->source, "/"), rule->source);
		if (rule->code != RULE_PASS &&
		    answer_passes(map, addr, found->key))
			return no_host;
		return "the most specific match";
	}
	if (host != found->winner_host || map != found->winner_map) {
		snprintf(text, size, "a rule of the nearer host %s decides",
			 found->winner_name);
		return text;
	}
	if (*end == '*')
		return "an exact path or a longer prefix wins";
	return "the same path with its query wins";
}

static int found_add(void *arg, const struct map *map, uint32_t host,
		     uint32_t addr)
{
	struct found *found = arg;
	struct rule_buffer buffer;
	char why[LIMIT_HOST + 60], *line = NULL;
	struct rule rule;
	json_t *value;
	size_t size;
	FILE *out;
	int wins = !found->winner_host;

	if (map_rule_text(&rule, &buffer, map, host, addr))
		return error_set(-EBADMSG, "the map is damaged");
	out = open_memstream(&line, &size);
	if (!out)
		return error_sys(-ENOMEM, "cannot explain");
	rule_print(out, &rule);
	fclose(out);
	line[strcspn(line, "\n")] = 0;
	value = json_pack("{s:s, s:o, s:b, s:s}", "rule", line, "fields",
			  json_of_rule(&rule), "wins", wins, "why",
			  found_why(found, &rule, map, host, addr, why,
				    sizeof(why)));
	free(line);
	return json_array_append_new(found->rules, value)
		       ? error_sys(-ENOMEM, "cannot explain")
		       : 0;
}

static int find_all(struct found *found, struct map_key *key)
{
	int err;

	if (!found->map)
		return 0;
	found->key = key;
	found->winner = map_lookup(found->map, key);
	found->winner_map = map_found(found->map, key);
	err = map_levels_each(found->map, key, found_add, found);
	if (!err && found->winner && !found->sound)
		err = error_set(-EBADMSG, "the map is damaged");
	return err;
}

static json_t *answer_refused(json_t *root, int status)
{
	char date[ANSWER_DATE], out[ANSWER_MAX];
	size_t len;

	answer_date(date, time(NULL));
	len = answer_status(out, status, date, ANSWER_CLOSE);
	json_object_set_new(root, "answer", json_stringn(out, len));
	json_object_set_new(root, "result", json_string("refused"));
	return root;
}

static json_t *answer_found(json_t *root, const struct map *map,
			    struct map_key *key, uint32_t winner)
{
	char date[ANSWER_DATE], out[ANSWER_MAX];
	const char *result = "redirect";
	uint32_t flags;
	size_t len;

	answer_date(date, time(NULL));
	len = answer_match(out, map, key, date, ANSWER_KEEP);
	if (!len) {
		len = answer_status(out, 404, date, ANSWER_KEEP);
		result = winner ? "pass" : "miss";
	} else {
		flags = map_record(map_found(map, key), winner)->flags;
		if (!(flags & MAP_RULE_LOCATION))
			result = flags & MAP_RULE_OK ? "ok" : "gone";
	}
	json_object_set_new(root, "answer", json_stringn(out, len));
	json_object_set_new(root, "result", json_string(result));
	return root;
}

json_t *explain(const char *url, const char *method, const struct map *map)
{
	static struct map_key key;
	json_t *steps = json_array(), *rules = json_array();
	json_t *root =
		json_pack("{s:o, s:s, s:o, s:o}", "url", json_of_text(url),
			  "method", method, "steps", steps, "rules", rules);
	struct found found = {.map = map, .rules = rules};
	int status;

	if (!root) {
		error_sys(-ENOMEM, "cannot explain");
		return NULL;
	}
	memset(&key, 0, sizeof(key));
	if (explain_key(&key, &status, url, method, steps))
		goto out;
	if (status)
		return answer_refused(root, status);
	if (!find_all(&found, &key))
		return answer_found(root, map, &key, found.winner);
out:
	json_decref(root);
	return NULL;
}
