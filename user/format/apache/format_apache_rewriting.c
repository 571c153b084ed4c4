// SPDX-License-Identifier: BSD-2-Clause
#include "format_apache_giving.h"
#include "format_apache_item.h"
#include "format_apache_rewriting.h"
#include "format_apache_tell.h"

int apache_rewriting_cannot(struct apache_rewriting *to, const char *kind,
			    const char *what, const char *reason)
{
	if (!to->past)
		apache_cannot(to->giving, to->item->at, kind, "%s: %s", what,
			      reason);
	return 1;
}
