// SPDX-License-Identifier: BSD-2-Clause
#include <pthread.h>
#include <string.h>

#include "answer.h"
#include "answer_text.h"
#include "host.h"
#include "map_view.h"
#include "template.h"

void answer_date(char *dst, time_t now)
{
	static const char days[] = "SunMonTueWedThuFriSat";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct tm tm;
	int year;

	gmtime_r(&now, &tm);
	year = tm.tm_year + 1900;
	memcpy(dst, "Day, 00 Mon 0000 00:00:00 GMT", ANSWER_DATE);
	memcpy(dst, days + tm.tm_wday * 3, 3);
	memcpy(dst + 8, months + tm.tm_mon * 3, 3);
#define TWO(at, n) \
	(dst[at] = '0' + (n) / 10 % 10, dst[(at) + 1] = '0' + (n) % 10)
	TWO(5, tm.tm_mday);
	TWO(12, year / 100);
	TWO(14, year % 100);
	TWO(17, tm.tm_hour);
	TWO(20, tm.tm_min);
	TWO(23, tm.tm_sec);
#undef TWO
}

static char *put(char *out, const void *from, size_t len)
{
	memcpy(out, from, len);
	return out + len;
}

static char *put_head(char *out, const struct map_answer *answer,
		      const char *date)
{
	memcpy(out, answer->head, answer->head_len);
	memcpy(out + answer->date_at, date, ANSWER_DATE);
	return out + answer->head_len;
}

/* A rule that was taken out of its map. */
struct taken {
	const struct map_rule *rule;
	const uint8_t *location; /* and what follows it */
	struct template template;
	bool passes;
};

static bool has_template(const struct taken *taken)
{
	return taken->rule->flags & MAP_RULE_TEMPLATE;
}

/* Whether the host of a request with that template is no host: an address
 * before a name is none either. */
static bool host_missing(struct template *template, const struct map_key *key)
{
	if (template_host(template, key))
		return true;
	return template->host_len && template->host_most < LIMIT_HOST &&
	       key->search.last &&
	       host_is_address((const char *)key->host, key->host_len);
}

/* What stands in a rule's texts from its Location on: len bytes. */
static const uint8_t *location_of(const struct map *map, uint32_t addr,
				  const struct map_rule *rule, size_t len)
{
	uint32_t at = map_location(rule);

	return map_texts(map, addr, rule, at + len) + at;
}

static int template_take(struct taken *taken, const struct map *map,
			 uint32_t addr, const struct map_key *key)
{
	const struct map_rule *rule = taken->rule;
	struct template *from = &taken->template;
	size_t len = rule->location_len;

	taken->location =
		location_of(map, addr, rule, len + sizeof(struct map_template));
	if (template_read(from, taken->location + len, rule->flags, len))
		return -1;
	taken->location =
		location_of(map, addr, rule, from->headers + from->headers_len);
	taken->passes |= host_missing(from, key);
	return 0;
}

/* What a damaged map says must not lead out of the answer's room. */
static int rule_take(struct taken *taken, const struct map *map, uint32_t addr,
		     const struct map_key *key)
{
	const struct map_rule *rule = map_record(map, addr);

	taken->rule = rule;
	taken->passes = rule->flags & MAP_RULE_PASS;
	if (rule->flags & MAP_RULE_MARKER || rule->key_len > LIMIT_PATH ||
	    rule->location_len > LIMIT_TARGET)
		return -1;
	if (!rule->key_len && !(rule->flags & MAP_RULE_HOST))
		return -1; /* no record */
	taken->location = location_of(map, addr, rule, rule->location_len);
	if (rule->location_len && !*taken->location)
		return -1; /* its texts are not there */
	return has_template(taken) ? template_take(taken, map, addr, key) : 0;
}

static char *put_rest(char *out, const struct map_rule *rule,
		      const struct map_key *key)
{
	uint32_t rest = map_consumed(rule);

	if (rule->flags & MAP_RULE_REMAINDER && key->path_len > rest)
		out = put(out, key->path + rest, key->path_len - rest);
	return out;
}

static char *put_query(char *out, const struct map_rule *rule,
		       const struct map_key *key)
{
	if (rule->flags & MAP_RULE_QUERY && key->has_query) {
		*out++ = rule->flags & MAP_RULE_JOIN ? '&' : '?';
		out = put(out, key->path + key->path_len + 1, key->query_len);
	}
	return out;
}

/* The rule's Location, the remainder, the query; or as its template has it. */
static char *put_location(char *out, const struct taken *taken,
			  const struct map_key *key)
{
	const uint8_t *text = taken->location;
	const struct template *from = &taken->template;

	if (!has_template(taken)) {
		out = put(out, text, taken->rule->location_len);
		out = put_rest(out, taken->rule, key);
		return put_query(out, taken->rule, key);
	}
	out = put(out, text, from->host);
	out = put(out, key->host, from->host_len);
	out = put(out, text + from->host_end, from->rest - from->host_end);
	out = put_rest(out, taken->rule, key);
	out = put(out, text + from->rest_end, from->query - from->rest_end);
	out = put_query(out, taken->rule, key);
	return put(out, text + from->query, from->end - from->query);
}

/* Whether a pair's second code is the one: RFC 9110 15.4.8, 15.4.9. */
static uint32_t answer_second(const struct map_rule *rule,
			      const struct map_key *key)
{
	return rule->flags & MAP_RULE_PAIR && key->method_other;
}

static const struct map_answer *answer_at(const struct map *map, uint32_t n)
{
	const struct map_answer *answer;

	if (n >= map->header.answers)
		return NULL;
	answer = (const void *)map_bytes(map, MAP_ANSWERS,
					 (uint64_t)n * sizeof(*answer),
					 sizeof(*answer));
	if (answer->head_len > MAP_HEAD ||
	    answer->date_at + ANSWER_DATE > answer->head_len ||
	    answer->tail_len[0] > MAP_TAIL || answer->tail_len[1] > MAP_TAIL ||
	    answer->tail_len[2] > MAP_TAIL)
		return NULL;
	return answer;
}

size_t answer_rule(char *out, const struct map *map, uint32_t addr,
		   const struct map_key *key, const char *date,
		   enum answer_close close, int *code)
{
	const struct map_answer *answer;
	struct taken taken;
	char *end;

	map = map_found(map, key);
	if (rule_take(&taken, map, addr, key) || taken.passes)
		return 0;
	answer = answer_at(map,
			   taken.rule->answer + answer_second(taken.rule, key));
	if (!answer)
		return 0;
	if (code)
		*code = answer->code;
	end = put_head(out, answer, date);
	if (taken.rule->flags & MAP_RULE_LOCATION)
		end = put_location(end, &taken, key);
	end = put(end, answer->tail[close], answer->tail_len[close]);
	if (has_template(&taken) && taken.template.headers_len)
		end = put(end - 2, taken.location + taken.template.headers,
			  taken.template.headers_len);
	return end - out;
}

size_t answer_location(char *out, const struct map *map, uint32_t addr,
		       const struct map_key *key)
{
	struct taken taken;

	if (rule_take(&taken, map_found(map, key), addr, key) || taken.passes ||
	    !(taken.rule->flags & MAP_RULE_LOCATION))
		return 0;
	return put_location(out, &taken, key) - out;
}

bool answer_passes(const struct map *map, uint32_t addr,
		   const struct map_key *key)
{
	struct taken taken;

	return !rule_take(&taken, map_found(map, key), addr, key) &&
	       taken.passes;
}

size_t answer_match(char *out, const struct map *map, struct map_key *key,
		    const char *date, enum answer_close close)
{
	uint32_t addr = map ? map_lookup(map, key) : 0;

	return addr ? answer_rule(out, map, addr, key, date, close, NULL) : 0;
}

static const uint16_t codes[] = {400, 404, 405, 408, 414, 421,
				 431, 501, 502, 504, 508, 505};
enum { CODES = sizeof(codes) / sizeof(*codes) };
static struct map_answer statuses[CODES];
static pthread_once_t statuses_once = PTHREAD_ONCE_INIT;

static void statuses_build(void)
{
	int i;

	for (i = 0; i < CODES; i++)
		answer_prebuild(&statuses[i], codes[i], 0, 0);
}

size_t answer_status(char *out, int status, const char *date,
		     enum answer_close close)
{
	char *end;
	int i;

	pthread_once(&statuses_once, statuses_build);
	for (i = 0; i < CODES - 1; i++)
		if (codes[i] == status)
			break;
	end = put_head(out, &statuses[i], date);
	end = put(end, statuses[i].tail[close], statuses[i].tail_len[close]);
	return end - out;
}
