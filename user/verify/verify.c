// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "progress.h"
#include "rule.h"
#include "rule_code.h"
#include "ruleset.h"
#include "verify.h"
#include "verify_ask.h"

/* After so many requests, and as many as are asked at once, without any answer
 * nobody is there. */
enum { GIVE_UP = 16 };

const char *const verify_kind_names[VERIFY_KINDS] = {
	[VERIFY_STATUS] = "status",
	[VERIFY_LOCATION] = "location",
	[VERIFY_NONE] = "no-answer",
	[VERIFY_HIDDEN] = "hidden",
};

struct verify_slot {
	struct verify_ask ask;
	size_t number;
	char origin[LIMIT_HOST + 32]; /* of TLS */
};

/* Whether a rule is for another scheme than is asked by. */
static bool is_other(const struct verify *verify,
		     const struct ruleset_entry *entry)
{
	return entry->scheme &&
	       (entry->scheme == RULE_SCHEME_HTTPS) != verify->https;
}

static bool is_able(const struct verify *verify,
		    const struct ruleset_entry *entry)
{
	return entry->code != RULE_PASS && !is_other(verify, entry);
}

static void rules_count(struct verify *verify)
{
	const struct ruleset_entry *entry = verify->set->entries;
	size_t i;

	for (i = 0; i < verify->set->count; i++) {
		if (is_other(verify, &entry[i]))
			verify->other_scheme++;
		else if (entry[i].code == RULE_PASS)
			verify->passes++;
		else
			verify->able++;
	}
	if (verify->sample > verify->able)
		verify->sample = 0;
	if (verify->sample)
		verify->outside = verify->able - verify->sample;
}

/* Of each of as many parts as the sample has rules one is taken, the same one
 * each time: some of a file's rules that come in turn shall not all be left
 * out. */
static void pick_next(struct verify *verify)
{
	uint64_t from, until, mixed = verify->stratum * 0x9e3779b97f4a7c15ULL;
	__uint128_t able = verify->able;

	from = able * verify->stratum / verify->sample;
	until = able * (verify->stratum + 1) / verify->sample;
	verify->pick = from + (mixed >> 20) % (until - from);
	verify->stratum++;
}

/* Whether the next rule that can be asked is of the sample. */
static bool is_sampled(struct verify *verify)
{
	if (!verify->sample)
		return true;
	if (verify->seen++ != verify->pick)
		return false;
	if (verify->stratum < verify->sample)
		pick_next(verify);
	return true;
}

static int tell(struct verify *verify, const struct verify_slot *slot,
		struct verify_finding *finding)
{
	finding->rule = &slot->ask.rule;
	finding->number = slot->number;
	finding->method = slot->ask.method;
	finding->scheme = verify->https ? "https" : "http";
	finding->request = &slot->ask.request;
	finding->status = slot->ask.answer.code;
	finding->location =
		slot->ask.answer.location_len ? slot->ask.answer.location : "";
	verify->found[finding->kind]++;
	return verify->tell(finding, verify->arg);
}

/* Make the slot's request: 1, or 0 where the rule is not to be asked for. */
static int slot_make(struct verify *verify, struct verify_slot *slot)
{
	static struct ask desk;
	struct verify_finding hidden = {.kind = VERIFY_HIDDEN};
	const struct rule_code *code = rule_code(slot->ask.rule.code);
	int err;

	switch (verify_ask(&slot->ask, &desk, verify->map, verify->https)) {
	case VERIFY_ASK_PASSES:
		verify->passes++;
		return 0;
	case VERIFY_ASK_HIDDEN:
		if (desk.met.source)
			hidden.winner = rule_written(&desk.met);
		err = tell(verify, slot, &hidden);
		return err < 0 ? err : 0;
	case VERIFY_ASK_ANSWERS:
		break;
	}
	verify->other_method =
		!strcmp(slot->ask.method, "GET") && code->first != code->other;
	return 1;
}

/* The next request: 1, 0 at the end, or what tell() returned. */
static int slot_next(struct verify *verify, struct verify_slot *slot)
{
	const struct ruleset *set = verify->set;
	int got = 0;

	if (verify->other_method) {
		slot->number = verify->next - 1;
		slot->ask.method = "POST";
		ruleset_get(&set->entries[slot->number], &slot->ask.rule);
		verify->other_method = false;
		return slot_make(verify, slot);
	}
	while (!got && verify->next < set->count) {
		slot->number = verify->next++;
		progress_at(verify->next);
		if (!is_able(verify, &set->entries[slot->number]) ||
		    !is_sampled(verify))
			continue;
		slot->ask.method = "GET";
		ruleset_get(&set->entries[slot->number], &slot->ask.rule);
		got = slot_make(verify, slot);
		verify->asked += got > 0;
	}
	return got;
}

static bool nobody_answers(const struct verify *verify)
{
	return verify->silent == verify->ended && verify->silent >= GIVE_UP &&
	       verify->silent >= verify->http.slots;
}

/* As of struct http_work. */
static int next(void *arg, unsigned int number, struct http_request *request)
{
	struct verify *verify = arg;
	struct verify_slot *slot = &verify->slots[number];
	int got;

	if (nobody_answers(verify))
		return 0;
	got = slot_next(verify, slot);
	if (got <= 0)
		return got;
	verify->requests++;
	verify->made_up += slot->ask.request.made_up;
	request->method = slot->ask.method;
	request->host = slot->ask.request.host;
	request->target = slot->ask.request.target;
	request->origin = verify->origin;
	request->came_by_tls = verify->https && !verify->tls;
	if (verify->tls) {
		snprintf(slot->origin, sizeof(slot->origin), "https://%s:%u",
			 request->host, verify->port);
		request->origin = slot->origin;
	}
	return 1;
}

static bool location_same(const struct rehearse_answer *wanted,
			  const struct http_answer *answer)
{
	return answer->redirect == (wanted->location_len != 0) &&
	       answer->location_len == wanted->location_len &&
	       !memcmp(answer->location, wanted->location,
		       wanted->location_len);
}

static int done(void *arg, unsigned int number,
		const struct http_answer *answer)
{
	struct verify *verify = arg;
	const struct verify_slot *slot = &verify->slots[number];
	struct verify_finding finding = {.answer = answer};

	verify->ended++;
	verify->silent += answer->silent;
	if (answer->failure)
		finding.kind = VERIFY_NONE;
	else if (answer->status != slot->ask.answer.code)
		finding.kind = VERIFY_STATUS;
	else if (!location_same(&slot->ask.answer, answer))
		finding.kind = VERIFY_LOCATION;
	else {
		verify->alike++;
		return 0;
	}
	if (answer->silent)
		verify->gave_up = answer->failure;
	return tell(verify, slot, &finding);
}

int verify_run(struct verify *verify)
{
	struct http_work work = {.next = next, .done = done, .arg = verify};
	int err;

	verify->slots = calloc(verify->http.slots, sizeof(*verify->slots));
	if (!verify->slots)
		return error_sys(-ENOMEM, "cannot ask a server");
	progress_stage("asking for the sources", verify->set->count);
	rules_count(verify);
	if (verify->sample)
		pick_next(verify);
	err = verify->map ? http_client_run(&verify->http, &work) : 0;
	if (!nobody_answers(verify))
		verify->gave_up = NULL;
	free(verify->slots);
	verify->slots = NULL;
	return err;
}
