// SPDX-License-Identifier: BSD-2-Clause
#include <pthread.h>
#include <string.h>

#include "answer.h"
#include "answer_text.h"
#include "host.h"
#include "map_listed.h"
#include "map_lookup.h"
#include "map_view.h"
#include "pair_set.h"
#include "pattern_check.h"
#include "pattern_match.h"
#include "pattern_template.h"
#include "rule_template.h"
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
	/* Of a pattern what it matched; of a set of pairs what is left of the
	 * query. */
	struct pattern_match match;
	size_t rest_len;
	char rest[LIMIT_PATH];
};

static bool is_listed(const struct map_rule *rule)
{
	return rule->flags & (MAP_RULE_PAIRS | MAP_RULE_PATTERN);
}

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

/* Whether a sound template has a mark for the remainder. */
static bool has_rest(const uint8_t *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (text[i] == TEMPLATE_REST)
			return true;
		if (text[i] == TEMPLATE_CAPTURE)
			i += 2;
	}
	return false;
}

/* Whether a pattern's Location is sound as a whole, so that no capture is in it
 * twice, and so is each piece. The remainder goes where the template says. */
static bool pieces_check(const struct taken *taken, uint32_t captures)
{
	const struct template *from = &taken->template;
	const uint64_t piece[][2] = {
		{0, from->host},
		{from->host_end, from->rest},
		{from->rest_end, from->query},
		{from->query, from->end},
	};
	size_t i;

	if (!pattern_template_check(taken->location, from->end, captures) ||
	    has_rest(taken->location, from->end))
		return false;
	for (i = 0; i < sizeof(piece) / sizeof(*piece); i++)
		if (!pattern_template_check(taken->location + piece[i][0],
					    piece[i][1] - piece[i][0],
					    captures))
			return false;
	return true;
}

/* Match a pattern again, to know what its captures stand for. */
static int pattern_take(struct taken *taken, const struct map_listed *listed,
			const struct map_key *key)
{
	bool fold = listed->flags & MAP_RULE_FOLD;
	uint32_t captures;

	if (!pattern_check(listed->match, listed->match_len, fold, &captures) ||
	    !pieces_check(taken, captures) ||
	    !pattern_match(&taken->match, listed->match, listed->match_len,
			   (const char *)key->path, key->path_len, fold))
		return -1;
	return 0;
}

static int pairs_take(struct taken *taken, const struct map_listed *listed,
		      const struct map_key *key)
{
	bool fold = listed->flags & MAP_RULE_FOLD;
	const char *set = (const char *)listed->match;

	if (!key->has_query || !pair_set_check(set, listed->match_len, fold))
		return -1;
	taken->rest_len =
		pair_set_rest(taken->rest, set, listed->match_len,
			      (const char *)key->path + key->path_len + 1,
			      key->query_len, fold);
	return 0;
}

static int listed_take(struct taken *taken, const struct map *map,
		       uint32_t addr, const struct map_key *key)
{
	struct map_listed listed;

	if (!has_template(taken) || map_listed_take(&listed, map, addr))
		return -1;
	return listed.flags & MAP_RULE_PATTERN
		       ? pattern_take(taken, &listed, key)
		       : pairs_take(taken, &listed, key);
}

/* Whether a rule is for the other scheme alone. */
static bool scheme_passes(const struct map_rule *rule,
			  const struct map_key *key)
{
	return rule->flags & (key->https ? MAP_RULE_HTTP : MAP_RULE_HTTPS);
}

/* What a damaged map says must not lead out of the answer's room. */
static int rule_take(struct taken *taken, const struct map *map, uint32_t addr,
		     const struct map_key *key)
{
	const struct map_rule *rule = map_record(map, addr);

	taken->rule = rule;
	taken->passes = rule->flags & MAP_RULE_PASS || scheme_passes(rule, key);
	if (rule->flags & MAP_RULE_MARKER || rule->key_len > LIMIT_PATH ||
	    rule->location_len > LIMIT_TARGET)
		return -1;
	if (!rule->key_len &&
	    !(rule->flags & (MAP_RULE_HOST | MAP_RULE_PATTERN)))
		return -1; /* no record */
	taken->location = location_of(map, addr, rule, rule->location_len);
	if (rule->location_len && !*taken->location)
		return -1; /* its texts are not there */
	if (has_template(taken) && template_take(taken, map, addr, key))
		return -1;
	return is_listed(rule) ? listed_take(taken, map, addr, key) : 0;
}

static char *put_rest(char *out, const struct taken *taken,
		      const struct map_key *key)
{
	const struct map_rule *rule = taken->rule;
	uint32_t rest = rule->flags & MAP_RULE_PATTERN ? taken->match.remainder
						       : map_consumed(rule);

	if (rule->flags & MAP_RULE_REMAINDER && key->path_len > rest)
		out = put(out, key->path + rest, key->path_len - rest);
	return out;
}

static char *put_query(char *out, const struct taken *taken,
		       const struct map_key *key)
{
	const char *query = (const char *)key->path + key->path_len + 1;
	uint32_t flags = taken->rule->flags;
	size_t len = key->query_len;

	if (!(flags & MAP_RULE_QUERY) || !key->has_query)
		return out;
	if (flags & MAP_RULE_PAIRS) {
		query = taken->rest;
		len = taken->rest_len;
		if (!len)
			return out;
	}
	*out++ = flags & MAP_RULE_JOIN ? '&' : '?';
	return put(out, query, len);
}

/* A piece of a Location; of a pattern's, with its captures. */
static char *put_piece(char *out, const struct taken *taken,
		       const struct map_key *key, uint64_t at, uint64_t end)
{
	const uint8_t *text = taken->location + at;

	if (!(taken->rule->flags & MAP_RULE_PATTERN))
		return put(out, text, end - at);
	return out + pattern_template_fill(out, text, end - at,
					   (const char *)key->path,
					   key->path_len, &taken->match);
}

/* The rule's Location, the remainder, the query; or as its template has it. */
static char *put_location(char *out, const struct taken *taken,
			  const struct map_key *key)
{
	const struct template *from = &taken->template;

	if (!has_template(taken)) {
		out = put(out, taken->location, taken->rule->location_len);
		out = put_rest(out, taken, key);
		return put_query(out, taken, key);
	}
	out = put_piece(out, taken, key, 0, from->host);
	out = put(out, key->host, from->host_len);
	out = put_piece(out, taken, key, from->host_end, from->rest);
	out = put_rest(out, taken, key);
	out = put_piece(out, taken, key, from->rest_end, from->query);
	out = put_query(out, taken, key);
	return put_piece(out, taken, key, from->query, from->end);
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
