// SPDX-License-Identifier: BSD-2-Clause
#include <stdio.h>
#include <stdlib.h>

#include "advise.h"
#include "advise_command.h"
#include "rule.h"
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
