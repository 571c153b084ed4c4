// SPDX-License-Identifier: BSD-2-Clause
#include "page.h"
#include "page_parts.h"
#include "page_releases.h"
#include "view_figures.h"

void page_releases(FILE *out, const json_t *figures)
{
	page_begin(out, PAGE_RELEASES, "Releases", false);
	page_log(out, figures, VIEW_RELEASES);
	fputs("<p>All of them: <code>detour log</code></p>\n", out);
	page_end(out);
}
