// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "rule_error.h"
#include "rule_note.h"
#include "rule_text.h"
#include "utf8.h"

/* Control characters beyond ASCII are among those that nobody sees. */
static int control_check(const char *text, size_t len, struct rule_error *error)
{
	size_t i;

	for (i = 0; i < len; i++) {
		unsigned char c = text[i];

		if (c < 0x20 || c == 0x7f)
			return rule_fail(error, "note", "control byte \\x%02x",
					 c);
	}
	return 0;
}

int rule_note_read(char *dst, const char *text, size_t len,
		   struct rule_error *error)
{
	for (; len && *text == ' '; len--)
		text++;
	while (len && text[len - 1] == ' ')
		len--;
	if (!len)
		return rule_fail(error, "note", "blanks alone");
	if (len > LIMIT_NOTE)
		return rule_fail(error, "note", "over %d bytes", LIMIT_NOTE);
	if (control_check(text, len, error))
		return -EINVAL;
	if (!utf8_valid(text, len))
		return rule_fail(error, "note", "not UTF-8");
	if (rule_text_check_seen("note", text, len, error))
		return -EINVAL;
	memcpy(dst, text, len);
	dst[len] = '\0';
	return 0;
}
