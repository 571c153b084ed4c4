// SPDX-License-Identifier: BSD-2-Clause
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd_fresh.h"
#include "progress.h"
#include "store_draft.h"
#include "suggest.h"

struct near {
	struct suggest suggest;
	char name[STORE_DRAFT_NAME + 1];
};

/* The names are read one by one: the best is kept. */
static int name_offer(const struct store_draft *draft, void *arg)
{
	struct near *near = arg;

	if (!strcmp(near->suggest.word, draft->name))
		return 0;
	suggest_offer(&near->suggest, draft->name);
	if (near->suggest.best == draft->name) {
		snprintf(near->name, sizeof(near->name), "%s", draft->name);
		near->suggest.best = near->name;
	}
	return 0;
}

void cmd_fresh_tell(const char *cmd, const char *name, struct store *store,
		    uint64_t live)
{
	struct near near = {.suggest = {.word = name}};

	progress_off();
	if (store)
		store_draft_each(store, live, name_offer, &near);
	fprintf(stderr,
		"detour %s: there is no draft %s yet; seen were the rules of release %" PRIu64,
		cmd, name, live);
	if (near.suggest.best)
		fprintf(stderr, "; did you mean %s?", near.suggest.best);
	putc('\n', stderr);
}
