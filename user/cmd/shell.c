// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "cmd.h"
#include "shell.h"
#include "store_draft.h"

void shell_word(FILE *out, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789./:%_-+=@,";

	if (*word && strspn(word, plain) == strlen(word)) {
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

void shell_same(FILE *out, const struct cmd *cmd, const char *draft)
{
	if (draft && !strcmp(draft, STORE_DRAFT_USUAL))
		fputs(" --draft", out);
	else if (draft)
		fprintf(out, " --draft=%s", draft);
	if (!cmd->state_given)
		return;
	fputs(" --state ", out);
	shell_word(out, cmd->state);
}
