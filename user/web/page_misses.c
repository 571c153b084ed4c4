// SPDX-License-Identifier: BSD-2-Clause
#include "page.h"
#include "page_misses.h"
#include "page_used.h"

enum { MISSES_ROWS = 50 };

void page_misses(FILE *out, const json_t *figures)
{
	page_begin(out, PAGE_MISSES, "Misses", false);
	fputs("<p>What visitors ask for and no rule matches, most often first. As rules for an import: <code>detour misses --as-rules</code></p>\n",
	      out);
	page_used_time(out, figures);
	page_missed_urls(out, figures, true, MISSES_ROWS);
	page_missed_hosts(out, figures, true, MISSES_ROWS);
	page_missed_urls(out, figures, false, MISSES_ROWS);
	page_missed_hosts(out, figures, false, MISSES_ROWS);
	page_end(out);
}
