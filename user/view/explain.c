// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "answer.h"
#include "error.h"
#include "explain.h"
#include "explain_key.h"
#include "explain_means.h"
#include "explain_parts.h"
#include "explain_why.h"
#include "json.h"
#include "map_level.h"
#include "map_text.h"
#include "map_lookup.h"
#include "map_view.h"
#include "rule_code.h"
#include "rule_line.h"

/* The rules that match, as they are found: the first one wins. */
struct found {
	const struct map *map;
	const struct map_key *key;
	json_t *rules;
	const struct map *winner_map;
	uint32_t addr; /* what the lookup says */
	bool passes;   /* ... and that it is pass, or as pass */
	bool any, sound;
	struct rule winner, loser;
	struct rule_buffer winner_buffer, loser_buffer;
};

/* The first one is what the lookup says. */
static const char *winner_why(struct found *found, const struct map *map,
			      uint32_t addr)
{
	const struct rule *rule = &found->winner;

	found->any = true;
	found->sound = addr == found->addr && map == found->winner_map;
	if (rule->scheme &&
	    (rule->scheme == RULE_SCHEME_HTTPS) != !!found->key->https)
		return "the most specific match; it is not for this scheme, so it is as pass";
	if (rule->code != RULE_PASS && found->passes)
		return "the most specific match; its target takes a host that the URL does not give, so it is as pass";
	return "the most specific match";
}

static json_t *rule_json(const struct rule *rule, bool wins, const char *why)
{
	char *line = NULL;
	json_t *value;
	size_t size;
	FILE *out = open_memstream(&line, &size);

	if (!out)
		return NULL;
	rule_print(out, rule);
	fclose(out);
	line[strcspn(line, "\n")] = 0;
	value = json_pack("{s:s, s:o, s:b, s:s}", "rule", line, "fields",
			  json_of_rule(rule), "wins", wins, "why", why);
	free(line);
	return value;
}

static int found_add(void *arg, const struct map *map, uint32_t host,
		     uint32_t addr)
{
	struct found *found = arg;
	bool wins = !found->any;
	struct rule *rule = wins ? &found->winner : &found->loser;
	struct rule_buffer *buffer =
		wins ? &found->winner_buffer : &found->loser_buffer;
	char text[EXPLAIN_WHY_TEXT];
	json_t *value;

	if (map_rule_text(rule, buffer, map, host, addr))
		return error_set(-EBADMSG, "the map is damaged");
	value = rule_json(rule, wins,
			  wins ? winner_why(found, map, addr)
			       : explain_why(text, &found->winner, rule));
	if (value)
		explain_parts(value, rule, found->key);
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
	found->addr = map_lookup(found->map, key);
	found->winner_map = map_found(found->map, key);
	if (found->addr)
		found->passes = answer_passes(found->map, found->addr, key);
	err = map_levels_each(found->map, key, found_add, found);
	if (!err && found->addr && !found->sound)
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
	json_object_set_new(root, "means", json_null());
	return root;
}

/* What the answer by a rule is called. */
static const char *result_of(const struct rule *rule)
{
	if (rule_code(rule->code)->target)
		return "redirect";
	return rule->code == 200 ? "ok" : "gone";
}

static json_t *answer_found(json_t *root, struct map_key *key,
			    const struct found *found)
{
	char date[ANSWER_DATE], out[ANSWER_MAX];
	const char *result = found->any ? "pass" : "miss";
	json_t *means = NULL;
	size_t len;

	answer_date(date, time(NULL));
	len = answer_match(out, found->map, key, date, ANSWER_KEEP);
	if (len) {
		result = result_of(&found->winner);
		means = explain_means(&found->winner,
				      json_text_of(root, "method"));
	} else {
		len = answer_status(out, 404, date, ANSWER_KEEP);
	}
	json_object_set_new(root, "answer", json_stringn(out, len));
	json_object_set_new(root, "result", json_string(result));
	json_object_set_new(root, "means", means ? means : json_null());
	return root;
}

json_t *explain(const char *url, const char *method, const struct map *map)
{
	static struct map_key key;
	json_t *steps = json_array(), *rules = json_array();
	json_t *root =
		json_pack("{s:o, s:s, s:o, s:o}", "url", json_of_text(url),
			  "method", method, "steps", steps, "rules", rules);
	static struct found found;
	int status;

	if (!root) {
		error_sys(-ENOMEM, "cannot explain");
		return NULL;
	}
	memset(&key, 0, sizeof(key));
	found = (struct found){.map = map, .rules = rules};
	if (explain_key(&key, &status, url, method, steps))
		goto out;
	json_object_set_new(root, "scheme",
			    json_string(key.https ? "https" : "http"));
	if (status)
		return answer_refused(root, status);
	if (!find_all(&found, &key))
		return answer_found(root, &key, &found);
out:
	json_decref(root);
	return NULL;
}
