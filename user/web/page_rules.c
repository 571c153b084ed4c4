// SPDX-License-Identifier: BSD-2-Clause
#include "page.h"
#include "page_parts.h"
#include "page_rules.h"

void page_rules(FILE *out, const json_t *figures)
{
	page_begin(out, PAGE_RULES, "Rules", false);
	page_answers(out, figures);
	page_end(out);
}
