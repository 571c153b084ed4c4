// SPDX-License-Identifier: BSD-2-Clause
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "advise.h"
#include "advise_command.h"
#include "rule.h"

/* A word, in quotes if it has what a shell may not take for itself. */
static void word_print(FILE *out, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789./:%_-+=@,";

	if (strspn(word, plain) == strlen(word)) {
		fputs(word, out);
		return;
	}
	fputc('\'', out);
	for (; *word; word++)
		if (*word == '\'')
			fputs("'\\''", out);
		else
			fputc(*word, out);
	fputc('\'', out);
}

char *advise_command(const struct rule *rule)
{
	char final[ADVISE_FINAL], *text = NULL;
	const char *code;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	advise_change(&code, final, rule);
	fputs("detour set ", out);
	word_print(out, rule_written(rule));
	fputc(' ', out);
	word_print(out, rule->target);
	fprintf(out, " %s", code);
	if (*final)
		fprintf(out, " final=%s", final);
	if (rule->scheme)
		fprintf(out, " --scheme %s", rule_scheme_text(rule->scheme));
	if (!fclose(out))
		return text;
	free(text);
	return NULL;
}
