// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>
#include <strings.h>

#include "field.h"
#include "forward_check.h"
#include "via.h"

/* Take the next element off a list; false at its end (RFC 9110 5.6.1). */
static bool element_next(struct field *list, const uint8_t **at, size_t *len)
{
	while (list->value_len) {
		const uint8_t *end = list->value + list->value_len;
		const uint8_t *comma =
			memchr(list->value, ',', list->value_len);
		const uint8_t *stop = comma ? comma : end;

		*at = list->value;
		list->value = comma ? comma + 1 : end;
		list->value_len = end - list->value;
		while (*at < stop && (**at == ' ' || **at == '\t'))
			++*at;
		while (stop > *at && (stop[-1] == ' ' || stop[-1] == '\t'))
			stop--;
		*len = stop - *at;
		if (*len)
			return true;
	}
	return false;
}

static bool is_text(const uint8_t *at, size_t len, const char *text)
{
	return len == strlen(text) && !strncasecmp((const char *)at, text, len);
}

static void look_connection(struct forward_fields *fields, struct field *field,
			    bool *upgrade)
{
	const uint8_t *at;
	size_t len;

	while (element_next(field, &at, &len)) {
		if (is_text(at, len, "upgrade"))
			*upgrade = true;
		if (is_text(at, len, "close") ||
		    is_text(at, len, "keep-alive") ||
		    field_kind(at, len) != FIELD_OTHER)
			continue;
		if (fields->options < FORWARD_OPTIONS) {
			fields->option[fields->options].at = at;
			fields->option[fields->options].len = len;
		}
		fields->options++;
	}
}

/* Behind another version of HTTP no rule would be asked any more. */
static bool is_http(struct field *field)
{
	const uint8_t *at;
	size_t len;

	while (element_next(field, &at, &len))
		if ((len >= 3 && is_text(at, 3, "h2c")) ||
		    (len >= 4 && is_text(at, 4, "http")))
			return true;
	return false;
}

/* Whether a value holds nothing but what addresses and lists of them have. */
static bool is_addresses(const struct field *field)
{
	static const char others[] = " \t,.:[]_%-";
	size_t i;

	for (i = 0; i < field->value_len; i++) {
		uint8_t c = field->value[i], letter = c | 0x20;

		if (!(letter >= 'a' && letter <= 'z') &&
		    !(c >= '0' && c <= '9') && (!c || !strchr(others, c)))
			return false;
	}
	return true;
}

/* More than can be counted is the most that can (RFC 9110 7.6.2). */
static void look_hops(struct forward_fields *fields, const struct field *field)
{
	uint64_t hops = 0;
	size_t i;

	fields->hops_count++;
	fields->hops_bad |= !field->value_len;
	for (i = 0; i < field->value_len; i++) {
		uint8_t digit = field->value[i] - '0';

		fields->hops_bad |= digit > 9;
		hops = hops * 10 + digit;
		hops = hops > UINT32_MAX ? UINT32_MAX : hops;
	}
	fields->hops = hops;
}

static bool counts_hops(const struct head *head, const uint8_t *data)
{
	if (head->flags & HEAD_OPTIONS)
		return true;
	return head->method_len == 5 &&
	       !memcmp(data + head->method, "TRACE", 5);
}

void forward_look(struct forward_fields *fields, const struct head *head,
		  const uint8_t *data)
{
	const uint8_t *at = forward_first(head, data);
	const uint8_t *end = forward_end(head, data);
	bool wanted = false, there = false, http = false;
	bool hops = counts_hops(head, data);
	struct field field;

	memset(fields, 0, sizeof(*fields));
	fields->addresses = true;
	while (field_next(&field, &at, end)) {
		switch (field_kind(field.name, field.name_len)) {
		case FIELD_CONNECTION:
			look_connection(fields, &field, &wanted);
			break;
		case FIELD_UPGRADE:
			there = true;
			http |= is_http(&field);
			break;
		case FIELD_FORWARDED_FOR:
			fields->addresses &= is_addresses(&field);
			break;
		case FIELD_MAX_FORWARDS:
			if (hops)
				look_hops(fields, &field);
			break;
		default:
			break;
		}
	}
	fields->upgrade = wanted && there && !http && head->minor;
}

static bool was_here(const char *via, const struct head *head,
		     const uint8_t *data)
{
	const uint8_t *at = forward_first(head, data);
	const uint8_t *end = forward_end(head, data);
	struct field field;

	while (field_next(&field, &at, end))
		if (field_kind(field.name, field.name_len) == FIELD_VIA &&
		    via_names(field.value, field.value_len, via))
			return true;
	return false;
}

int forward_refuses(const char *via, const struct head *head,
		    const uint8_t *data)
{
	struct forward_fields fields;

	if (head->flags & HEAD_AMBIGUOUS)
		return 400;
	if (was_here(via, head, data))
		return 508;
	forward_look(&fields, head, data);
	if (fields.options > FORWARD_OPTIONS || fields.hops_count > 1 ||
	    fields.hops_bad)
		return 400;
	return fields.hops_count && !fields.hops ? 404 : 0;
}
