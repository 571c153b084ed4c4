// SPDX-License-Identifier: BSD-2-Clause
#include "page.h"
#include "page_misses.h"
#include "page_parts.h"

void page_misses(FILE *out, const json_t *figures)
{
	page_begin(out, PAGE_MISSES, "Misses", false);
	page_reasons(out, figures);
	page_end(out);
}
