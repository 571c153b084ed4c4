// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "cmd.h"
#include "error.h"
#include "hits.h"
#include "hits_print.h"
#include "hits_save.h"
#include "hits_view.h"
#include "json.h"
#include "rule_code.h"
#include "text.h"

/* What is not counted, or not for this user's eyes, is as it was meant. */
static bool is_meant(int server, int err)
{
	if (server > 0)
		return err == -EOPNOTSUPP || err == -EFBIG;
	return !server && (err == -ENOENT || err == -EACCES || err == -EPERM);
}

static void missed_tell(int server, int err, void *arg)
{
	struct hits_missed *missed = arg;

	if (!is_meant(server, err))
		missed->partial = true;
	fprintf(stderr, "detour %s: ", missed->cmd->name);
	if (server > 0)
		fprintf(stderr, "the server with pid %d is left out: ", server);
	else if (!server)
		fputs("the fast path is left out: ", stderr);
	text_print(stderr, error_text());
	fputc('\n', stderr);
	if (missed->list)
		json_array_append_new(
			missed->list,
			json_pack("{s:o, s:o}", "server",
				  server > 0 ? json_integer(server)
					     : json_null(),
				  "reason", json_of_text(error_text())));
}

int hits_print_open(struct hits_view **view, const struct cmd *cmd,
		    struct hits_missed *missed)
{
	missed->cmd = cmd;
	return hits_view_open(view, cmd->state, missed_tell, missed);
}

int hits_print_save(const struct cmd *cmd, struct hits_missed *missed)
{
	missed->cmd = cmd;
	return hits_save(cmd->state, missed_tell, missed);
}

void hits_print_head(void)
{
	printf("%10s %9s  %-19s  ", "GET, HEAD", "others", "last seen");
}

void hits_print_columns(const struct hits_of *of)
{
	char last[TEXT_TIME] = "never";

	if (of->last)
		text_of_time(last, of->last);
	printf("%10" PRIu64 " %9" PRIu64 "  %-19s  ", of->count[HITS_GET],
	       of->count[HITS_OTHER], last);
}

void hits_print_codes(const struct hits_of *of, uint16_t code)
{
	unsigned int i;

	for (i = 0; i < of->codes; i++)
		if (of->code[i].code != code)
			printf("%10" PRIu64 " %9" PRIu64 "  of these with %s\n",
			       of->code[i].count[HITS_GET],
			       of->code[i].count[HITS_OTHER],
			       rule_code(of->code[i].code)->text);
}

static json_t *time_json(int64_t when)
{
	return when ? json_integer(when) : json_null();
}

json_t *hits_print_rule(const struct rule *rule, const struct hits_of *of)
{
	json_t *value = json_of_rule(rule);

	if (value && json_object_set_new(value, "hits", hits_print_json(of))) {
		json_decref(value);
		value = NULL;
	}
	return value;
}

static json_t *code_json(const struct hits_code *hits)
{
	const struct rule_code *code = rule_code(hits->code);
	bool number = code->first && code->first == code->other;

	return json_pack("{s:o, s:I, s:I}", "code",
			 number ? json_integer(code->code)
				: json_string(code->text),
			 "get_head", (json_int_t)hits->count[HITS_GET], "other",
			 (json_int_t)hits->count[HITS_OTHER]);
}

json_t *hits_print_json(const struct hits_of *of)
{
	json_t *codes = json_array();
	unsigned int i;

	for (i = 0; i < of->codes; i++)
		json_array_append_new(codes, code_json(&of->code[i]));
	return json_pack("{s:I, s:I, s:o, s:o, s:o}", "get_head",
			 (json_int_t)of->count[HITS_GET], "other",
			 (json_int_t)of->count[HITS_OTHER], "first",
			 time_json(of->first), "last", time_json(of->last),
			 "codes", codes);
}
