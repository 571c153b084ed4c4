// SPDX-License-Identifier: BSD-2-Clause
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "request_access.h"
#include "request_form.h"
#include "request_forms.h"
#include "request_json.h"
#include "request_urls.h"
#include "request_w3c.h"

/* Of two that fit as well the first is taken. */
static const struct request_form *const forms[] = {
	&request_w3c,		&request_json,
	&request_access_vhost,	&request_access_combined,
	&request_access_common, &request_urls,
};
enum { FORMS = sizeof(forms) / sizeof(*forms) };

const struct request_form *request_form_at(unsigned int i)
{
	return i < FORMS ? forms[i] : NULL;
}

const struct request_form *request_form_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < FORMS; i++)
		if (!strcmp(forms[i]->name, name))
			return forms[i];
	return NULL;
}

const char *request_form_names(void)
{
	static char names[100];
	size_t len = 0;
	unsigned int i = FORMS;

	while (i--)
		len += snprintf(names + len, sizeof(names) - len, "%s%s",
				len ? ", " : "", forms[i]->name);
	return names;
}

const struct request_form *request_form_guess(const struct format_head *head)
{
	const struct request_form *best = NULL;
	unsigned int i, most = 0;

	for (i = 0; i < FORMS; i++) {
		unsigned int fits = forms[i]->fits(head);

		if (fits <= most)
			continue;
		most = fits;
		best = forms[i];
	}
	return best;
}
