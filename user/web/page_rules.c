// SPDX-License-Identifier: BSD-2-Clause
#include "page.h"
#include "page_rules.h"
#include "page_used.h"

enum { RULES_ROWS = 50 };

void page_rules(FILE *out, const json_t *figures)
{
	page_begin(out, PAGE_RULES, "Rules", false);
	fputs("<section aria-labelledby=\"t\"><h2 id=\"t\">Asked for</h2>\n",
	      out);
	page_used_time(out, figures);
	page_rules_lately(out, figures, RULES_ROWS);
	page_rules_most(out, figures, RULES_ROWS);
	fputs("<p>All of them: <code>detour hits</code></p></section>\n"
	      "<section aria-labelledby=\"u\"><h2 id=\"u\">Never asked for</h2>\n",
	      out);
	page_rules_unused(out, figures, RULES_ROWS);
	fputs("</section>\n", out);
	page_end(out);
}
