/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REQUEST_FORMS_H
#define REQUEST_FORMS_H

struct format_head;
struct request_form;

/* All forms that there are. */

/* The form of a name, or NULL; their names, for messages: "urls, common, ...". */
const struct request_form *request_form_find(const char *name);
const char *request_form_names(void);

/* Form number i, from 0; NULL behind the last one. */
const struct request_form *request_form_at(unsigned int i);

/* The form that most of a file's first lines are of, or NULL. */
const struct request_form *request_form_guess(const struct format_head *head);

#endif
