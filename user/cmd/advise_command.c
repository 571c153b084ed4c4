// SPDX-License-Identifier: BSD-2-Clause
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "advise.h"
#include "advise_command.h"
#include "rule.h"
#include "rule_code.h"
#include "ruleset.h"
#include "shell.h"

char *advise_command(const struct rule *rule, const struct cmd *cmd,
		     const char *draft)
{
	char final[ADVISE_FINAL], *text = NULL;
	const char *code;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	advise_change(&code, final, rule);
	fputs("detour set ", out);
	shell_word(out, rule_written(rule));
	fputc(' ', out);
	shell_word(out, rule->target);
	fprintf(out, " %s", code);
	if (*final)
		fprintf(out, " final=%s", final);
	if (rule->scheme)
		fprintf(out, " --scheme %s", rule_scheme_text(rule->scheme));
	shell_same(out, cmd, draft);
	if (!fclose(out))
		return text;
	free(text);
	return NULL;
}

/* What promote --to 301/308 is right for, now or at the end of a trial; or what
 * it leaves as it is. */
static bool is_promoted(const struct rule *rule)
{
	return rule->code == 301 || rule->code == RULE_301_308 ||
	       rule->final.code == 301 || rule->final.code == RULE_301_308 ||
	       !strcmp(rule->target, "-");
}

char *advise_command_all(const struct advise *advise, const struct cmd *cmd,
			 const char *draft)
{
	bool trial = false;
	char *text = NULL;
	const char *tag;
	struct rule rule;
	size_t size, i;
	FILE *out;

	if (advise->count < 2)
		return NULL;
	ruleset_get(&advise->set->entries[advise->rules[0].number], &rule);
	tag = rule.tag;
	for (i = 0; i < advise->count; i++) {
		ruleset_get(&advise->set->entries[advise->rules[i].number],
			    &rule);
		if (!tag || !*tag || !rule.tag || strcmp(rule.tag, tag))
			return NULL;
	}
	for (i = 0; i < advise->set->count; i++) {
		ruleset_get(&advise->set->entries[i], &rule);
		if (!rule.tag || strcmp(rule.tag, tag))
			continue;
		trial |= rule.final.code != 0;
		if (!is_promoted(&rule))
			return NULL;
	}
	out = open_memstream(&text, &size);
	if (!out)
		return NULL;
	fputs("detour promote --tag ", out);
	shell_word(out, tag);
	fputs(" --to 301/308", out);
	shell_same(out, cmd, draft);
	if (trial)
		fputs("   # when the trial is to end", out);
	if (!fclose(out))
		return text;
	free(text);
	return NULL;
}
