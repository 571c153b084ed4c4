// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "guard.h"
#include "head.h"
#include "response.h"

/* status 0: incomplete; -1: refused by the scan; -2: by the framing */
struct response_case {
	const char *about;
	const char *input;
	int status;
	enum body_kind kind;
	bool to_head;
};

#define OK "HTTP/1.1 200 OK\r\n"
#define LENGTH "Content-Length: 5\r\n"
#define CHUNKED "Transfer-Encoding: chunked\r\n"

static const struct response_case response_cases[] = {
	{"until the end", OK "\r\n", 200, BODY_CLOSE, false},
	{"no reason", "HTTP/1.1 200\r\n\r\n", 200, BODY_CLOSE, false},
	{"an empty reason", "HTTP/1.0 299 \n\n", 299, BODY_CLOSE, false},
	{"length", OK LENGTH "\r\n", 200, BODY_LENGTH, false},
	{"length to HEAD", OK LENGTH "\r\n", 200, BODY_NONE, true},
	{"chunked", OK CHUNKED "\r\n", 200, BODY_CHUNKED, false},
	{"gzip, chunked", OK "Transfer-Encoding: gzip, chunked\r\n\r\n", 200,
	 BODY_CHUNKED, false},
	{"gzip", OK "Transfer-Encoding: gzip\r\n\r\n", 200, BODY_CLOSE, false},
	{"204", "HTTP/1.1 204 x\r\n" LENGTH "\r\n", 204, BODY_NONE, false},
	{"304", "HTTP/1.1 304 x\r\n" LENGTH "\r\n", 304, BODY_NONE, false},
	{"100", "HTTP/1.1 100 x\r\n\r\n", 100, BODY_NONE, false},
	{"999", "HTTP/1.1 999 x\r\n" LENGTH "\r\n", 999, BODY_LENGTH, false},
	{"length and chunked", OK LENGTH CHUNKED "\r\n", -2, BODY_NONE, false},
	{"two lengths", OK LENGTH "Content-Length: 6\r\n\r\n", -2, BODY_NONE,
	 false},
	{"equal lengths", OK LENGTH LENGTH "\r\n", 200, BODY_LENGTH, false},
	{"nothing yet", "", 0, BODY_NONE, false},
	{"half", OK "Conte", 0, BODY_NONE, false},
	{"an empty line first", "\r\n" OK "\r\n", -1, BODY_NONE, false},
	{"HTTP/2.0", "HTTP/2.0 200 OK\r\n", -1, BODY_NONE, false},
	{"two digits", "HTTP/1.1 20\r\n", -1, BODY_NONE, false},
	{"four digits", "HTTP/1.1 2000\r\n", -1, BODY_NONE, false},
	{"letters", "HTTP/1.1 2x0 OK\r\n", -1, BODY_NONE, false},
	{"099", "HTTP/1.1 099 OK\r\n", -1, BODY_NONE, false},
	{"two blanks", "HTTP/1.1  200 OK\r\n", -1, BODY_NONE, false},
	{"bad field", OK "A : b\r\n", -1, BODY_NONE, false},
	{"NUL-less control byte", OK "A: \x01", -1, BODY_NONE, false},
};

static int scan(struct head *head, const char *text, size_t len, int *status)
{
	return response_scan(head, (void *)guard_copy(text, len), len, status);
}

static int run(const struct response_case *c, size_t cut, struct body *body)
{
	int status = 0, result;
	struct head head;

	head_init(&head, RESPONSE_HEAD_MAX, 0);
	result = scan(&head, c->input, cut, &status);
	if (!result)
		result = scan(&head, c->input, strlen(c->input), &status);
	if (result < 0)
		return -1;
	if (result && response_body(body, &head, status, c->to_head))
		return -2;
	return result ? status : 0;
}

static void test_cases(void **state)
{
	size_t i, cut;

	(void)state;
	for (i = 0; i < sizeof(response_cases) / sizeof(*response_cases); i++) {
		const struct response_case *c = &response_cases[i];

		for (cut = 0; cut <= strlen(c->input); cut++) {
			struct body body = {.kind = BODY_NONE};
			int status = run(c, cut, &body);

			if (status != c->status)
				fail_msg("%s, cut at %zu: %d", c->about, cut,
					 status);
			if (status > 0)
				assert_int_equal(body.kind, c->kind);
		}
	}
}

static void test_size(void **state)
{
	static char text[RESPONSE_HEAD_MAX];
	struct head head;
	int status;

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text, OK "A: ", sizeof(OK) + 2);
	head_init(&head, RESPONSE_HEAD_MAX, 0);
	assert_int_equal(scan(&head, text, sizeof(text) - 1, &status), 0);
	assert_int_equal(scan(&head, text, sizeof(text), &status), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
