// SPDX-License-Identifier: BSD-2-Clause
#include <pthread.h>
#include <string.h>

#include "answer.h"
#include "answer_text.h"
#include "map_view.h"

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

/* The rule's Location, the remainder, the query. */
static char *put_location(char *out, const uint8_t *location,
			  const struct map_rule *rule,
			  const struct map_key *key)
{
	uint32_t rest = map_consumed(rule);

	out = put(out, location, rule->location_len);
	if (rule->flags & MAP_RULE_REMAINDER && key->path_len > rest)
		out = put(out, key->path + rest, key->path_len - rest);
	if (rule->flags & MAP_RULE_QUERY && key->has_query) {
		*out++ = rule->flags & MAP_RULE_JOIN ? '&' : '?';
		out = put(out, key->path + key->path_len + 1, key->query_len);
	}
	return out;
}

/* The rule at an address with its Location, or NULL: what a damaged map says
 * must not lead out of the answer's room. */
static const struct map_rule *rule_at(const struct map *map, uint32_t addr,
				      const uint8_t **location)
{
	const struct map_rule *rule = map_record(map, addr);
	uint32_t at = map_location(rule);

	if (rule->flags & MAP_RULE_MARKER || rule->key_len > LIMIT_PATH ||
	    rule->location_len > LIMIT_TARGET)
		return NULL;
	if (!rule->key_len && !(rule->flags & MAP_RULE_HOST))
		return NULL; /* no record */
	*location = map_texts(map, addr, rule, at + rule->location_len) + at;
	return rule->location_len && !**location ? NULL : rule;
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
	const struct map_rule *rule;
	const uint8_t *location;
	char *end;

	map = map_found(map, key);
	rule = rule_at(map, addr, &location);
	if (!rule || rule->flags & MAP_RULE_PASS)
		return 0;
	answer = answer_at(map, rule->answer + answer_second(rule, key));
	if (!answer)
		return 0;
	if (code)
		*code = answer->code;
	end = put_head(out, answer, date);
	if (rule->flags & MAP_RULE_LOCATION)
		end = put_location(end, location, rule, key);
	end = put(end, answer->tail[close], answer->tail_len[close]);
	return end - out;
}

size_t answer_location(char *out, const struct map *map, uint32_t addr,
		       const struct map_key *key)
{
	const struct map_rule *rule;
	const uint8_t *location;

	map = map_found(map, key);
	rule = rule_at(map, addr, &location);
	if (!rule || !(rule->flags & MAP_RULE_LOCATION))
		return 0;
	return put_location(out, location, rule, key) - out;
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
