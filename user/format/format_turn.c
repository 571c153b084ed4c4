// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "format_turn.h"
#include "rule_code.h"

static bool is_wide(const struct rule *rule)
{
	return rule->source[rule->source_len - 1] == '*' &&
	       !strchr(rule->source, '?');
}

static bool of_any_host(const struct rule *rule)
{
	return rule->source[0] == '*' && rule->source[1] == '/';
}

/* Keep the source of what is no redirect. */
static int turn_keep(struct format_turn *turn, const struct rule *rule,
		     unsigned long at)
{
	struct format_turn_held *held;

	if (array_grow(&turn->held, &turn->room, turn->count + 1,
		       sizeof(*held)))
		return error_sys(-ENOMEM, "cannot read the file");
	held = &turn->held[turn->count];
	*held = (struct format_turn_held){at, strdup(rule_written(rule)),
					  rule->scheme, rule->fold};
	if (!held->source)
		return error_sys(-ENOMEM, "cannot read the file");
	turn->count++;
	return 0;
}

/* What takes all requests of a rule by one scheme. */
static unsigned long scheme_before(const struct format_turn *turn,
				   const struct rule *rule,
				   enum rule_scheme scheme)
{
	struct rule one = *rule;
	unsigned long at;

	one.scheme = scheme;
	at = format_order_before(&turn->order, &one);
	return at ? at : format_pattern_list_before(&turn->patterns, &one);
}

/* Whether any line before is for one scheme alone. */
static bool has_schemes(const struct format_turn *turn)
{
	return turn->patterns.count || format_order_has_schemes(&turn->order);
}

/* Whether a rule is reached; it gets the scheme by which alone it is. */
static bool turn_reached(const struct format_turn *turn, struct rule *rule,
			 unsigned long at)
{
	unsigned long http = 0, https = 0, first;
	struct places_name place;

	if (rule->scheme != RULE_SCHEME_HTTPS)
		http = scheme_before(turn, rule, RULE_SCHEME_HTTP);
	if (rule->scheme == RULE_SCHEME_ANY && !has_schemes(turn))
		https = http;
	else if (rule->scheme != RULE_SCHEME_HTTP)
		https = scheme_before(turn, rule, RULE_SCHEME_HTTPS);
	if (!http && !https)
		return true;
	if (rule->scheme == RULE_SCHEME_ANY && (!http || !https)) {
		rule->scheme = http ? RULE_SCHEME_HTTPS : RULE_SCHEME_HTTP;
		return true;
	}
	first = http ? http : https;
	if (first != at && turn->mode != FORMAT_TURN_HOLD)
		format_left_out(turn->read, at, "never reached",
				"%s: %s comes first", rule_written(rule),
				places_name(&place, &turn->read->places,
					    first));
	return false;
}

/* Tell where rules ask the later one first. */
static void turn_compare(struct format_turn *turn, const struct rule *rule,
			 unsigned long at)
{
	struct places_name place;
	unsigned long before = format_pattern_list_meets(&turn->patterns, rule);

	if (before)
		format_differs(turn->read, at, "order",
			       "%s is asked before %s, which it meets",
			       rule_written(rule),
			       places_name(&place, &turn->read->places,
					   before));
	if (of_any_host(rule)) {
		turn->any = turn->any ? turn->any : at;
	} else if (turn->any && turn->any != at) {
		format_differs(
			turn->read, at, "order",
			"rules of a host are asked before those of '*' on %s",
			places_name(&place, &turn->read->places, turn->any));
		turn->any = 0;
	}
}

/* Give what is held if a rule would take it. */
static int held_take(struct format_turn *turn, const struct rule *rule,
		     unsigned long at)
{
	if (!format_order_before(&turn->wide, rule) &&
	    !format_pattern_list_takes(&turn->patterns, rule))
		return 0;
	return turn->take(turn->arg, rule, at);
}

static int turn_take(void *arg, const struct rule *given, unsigned long at)
{
	struct format_turn *turn = arg;
	bool hold = turn->mode == FORMAT_TURN_HOLD;
	struct rule rule = *given;
	int err;

	if (turn->mode == FORMAT_TURN_END)
		return held_take(turn, given, at);
	if (!turn_reached(turn, &rule, at))
		return 0;
	if (!hold)
		turn_compare(turn, &rule, at);
	err = format_order_add(&turn->order, &rule, at);
	if (!err)
		err = format_pattern_list_add(&turn->patterns, &rule, at, hold);
	if (!err && !hold && is_wide(&rule))
		err = format_order_add(&turn->wide, &rule, at);
	if (err)
		return err;
	return hold ? turn_keep(turn, &rule, at)
		    : turn->take(turn->arg, &rule, at);
}

void format_turn_begin(struct format_turn *turn, struct format_read *read)
{
	turn->read = read;
	turn->take = read->take;
	turn->arg = read->arg;
	read->take = turn_take;
	read->arg = turn;
}

/* Give a source with pass, as what the mode says. */
static int pass_give(struct format_turn *turn, unsigned long at,
		     const struct rule_fields *given)
{
	struct rule_fields fields = {
		.source = given->source,
		.target = {"-", 1},
		.code = {"pass", 4},
		.scheme = given->scheme,
		.ignore_case = given->ignore_case,
	};

	return format_give(turn->read, at, &fields);
}

int format_turn_hold(struct format_turn *turn, unsigned long at,
		     const struct rule_fields *fields)
{
	int err;

	turn->mode = FORMAT_TURN_HOLD;
	err = pass_give(turn, at, fields);
	turn->mode = FORMAT_TURN_RULE;
	return err;
}

static int held_give(struct format_turn *turn,
		     const struct format_turn_held *held)
{
	const char *scheme = rule_scheme_text(held->scheme);
	struct rule_fields fields = {
		.source = {held->source, strlen(held->source)}};

	if (*scheme)
		fields.scheme = (struct rule_field){scheme, strlen(scheme)};
	if (held->fold)
		fields.ignore_case = (struct rule_field){"ignore", 6};
	return pass_give(turn, held->at, &fields);
}

int format_turn_end(struct format_turn *turn, int err)
{
	size_t i;

	turn->mode = FORMAT_TURN_END;
	for (i = 0; i < turn->count && !err; i++)
		err = held_give(turn, &turn->held[i]);
	for (i = 0; i < turn->count; i++)
		free(turn->held[i].source);
	free(turn->held);
	if (turn->read) {
		turn->read->take = turn->take;
		turn->read->arg = turn->arg;
	}
	format_order_free(&turn->order);
	format_order_free(&turn->wide);
	format_pattern_list_free(&turn->patterns);
	*turn = (struct format_turn){0};
	return err;
}
