// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "change_renewal.h"
#include "error.h"
#include "rule.h"
#include "rule_code.h"
#include "store.h"
#include "store_keep.h"
#include "store_renew.h"
#include "text.h"

static int renewed_note(const struct rule *rule, const char *now,
			enum store_renewed what, void *arg)
{
	struct change_renewal *renewal = arg;

	if (what == STORE_RENEWED) {
		renewal->renewed++;
	} else if (what == STORE_DROPPED) {
		renewal->dropped++;
		line_errors_add(
			&renewal->report, 0,
			"%s %s %s is removed: its source is the same as %s, which stays",
			rule->source, rule->target, rule_code(rule->code)->text,
			now);
	} else {
		renewal->left++;
		line_errors_add(
			&renewal->report, 0,
			"%s stays, but has no normal form and matches nothing",
			rule->source);
	}
	return 0;
}

int change_renew(struct change_renewal *renewal, struct store *store,
		 uint64_t rows)
{
	int err = store_renew(store, rows, renewed_note, renewal);

	renewal->before = store_renews(store);
	return err;
}

int change_renewal_message(char **text, const struct change_renewal *renewal,
			   const char *message)
{
	uint64_t all = renewal->renewed + renewal->dropped;
	int len;

	if (!message)
		message = "";
	if (!all)
		len = asprintf(text, "%s", message);
	else
		len = asprintf(text,
			       "%s%ssources brought to the new normal form: "
			       "%" PRIu64 ", of them the same as another and "
			       "removed: %" PRIu64 "%s",
			       message, *message ? " (" : "", all,
			       renewal->dropped, *message ? ")" : "");
	if (len >= 0)
		return 0;
	*text = NULL;
	return error_sys(-ENOMEM, "cannot write the release");
}

void change_renewal_print(FILE *out, const struct change_renewal *renewal)
{
	const struct line_errors *report = &renewal->report;
	char name[STORE_KEPT_NAME];
	unsigned int i;

	if (renewal->before) {
		store_kept_name(name, renewal->before);
		fprintf(out,
			"detour: the store of an earlier detour was renewed; as it was it is %s, until 'detour prune'\n",
			name);
	}
	if (renewal->renewed)
		fprintf(out,
			"detour: sources of an earlier detour brought to the normal form of this one: %" PRIu64
			"\n",
			renewal->renewed);
	for (i = 0; i < report->count; i++) {
		fputs("detour: ", out);
		text_print(out, report->items[i].text ? report->items[i].text
						      : "out of memory");
		putc('\n', out);
	}
	if (report->total > report->count)
		fprintf(out, "... and %lu more\n",
			report->total - report->count);
}

void change_renewal_free(struct change_renewal *renewal)
{
	line_errors_free(&renewal->report);
}
