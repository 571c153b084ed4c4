// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "answer_text.h"

static const struct {
	uint16_t code;
	const char *reason;
} reasons[] = {
	{200, "OK"},
	{301, "Moved Permanently"},
	{302, "Found"},
	{303, "See Other"},
	{307, "Temporary Redirect"},
	{308, "Permanent Redirect"},
	{400, "Bad Request"},
	{404, "Not Found"},
	{405, "Method Not Allowed"},
	{408, "Request Timeout"},
	{410, "Gone"},
	{414, "URI Too Long"},
	{421, "Misdirected Request"},
	{431, "Request Header Fields Too Large"},
	{501, "Not Implemented"},
	{502, "Bad Gateway"},
	{504, "Gateway Timeout"},
	{505, "HTTP Version Not Supported"},
	{508, "Loop Detected"},
};

/* "any method except CONNECT" (RFC 9110 15.5.6 asks for a list). */
#define ALLOW "Allow: GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE\r\n"

/* By the values of enum answer_close. */
static const char *const connections[] = {
	[ANSWER_KEEP] = "",
	[ANSWER_KEEP_10] = "Connection: keep-alive\r\n",
	[ANSWER_CLOSE] = "Connection: close\r\n",
};

const char *answer_reason(int code)
{
	size_t i;

	for (i = 0; i < sizeof(reasons) / sizeof(*reasons); i++)
		if (reasons[i].code == code)
			return reasons[i].reason;
	return NULL;
}

static __attribute__((format(printf, 3, 4))) uint16_t
print(uint8_t *dst, size_t room, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf((char *)dst, room, fmt, args);
	va_end(args);
	return len < 0 || (size_t)len >= room ? 0 : len;
}

void answer_prebuild(struct map_answer *answer, uint16_t code, int location,
		     uint32_t max_age)
{
	char cache[sizeof("max-age=4294967295")] = "no-store";
	int i;

	memset(answer, 0, sizeof(*answer));
	answer->code = code;
	answer->max_age = max_age;
	answer->date_at =
		print(answer->head, sizeof(answer->head),
		      "HTTP/1.1 %u %s\r\nDate: ", code, answer_reason(code));
	answer->head_len =
		answer->date_at + print(answer->head + answer->date_at,
					sizeof(answer->head) - answer->date_at,
					"%*s%s", ANSWER_DATE, "",
					location ? "\r\nLocation: " : "");
	if (max_age)
		snprintf(cache, sizeof(cache), "max-age=%u", max_age);
	for (i = 0; i < 3; i++)
		answer->tail_len[i] =
			print(answer->tail[i], sizeof(answer->tail[i]),
			      "\r\n%sCache-Control: %s\r\n"
			      "Content-Length: 0\r\n%s\r\n",
			      code == 405 ? ALLOW : "", cache, connections[i]);
}
