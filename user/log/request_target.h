/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REQUEST_TARGET_H
#define REQUEST_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "request_said.h"

/*
 * request_target_line - take a request line apart: "GET /a HTTP/1.1"
 *
 * The version may be missing. Host and scheme are not touched, also where the
 * target is in absolute form. Returns false for what is no request: empty, "-",
 * the bytes of a TLS handshake, the preface of HTTP/2 (RFC 9113 3.4), and
 * whatever else begins with no method and a target.
 */
bool request_target_line(struct request_said *said, const char *text,
			 size_t len);

/*
 * request_target_url - take a URL apart into scheme, host and target
 *
 * It may be without scheme, which then is not touched; a fragment, which no
 * client sends, is dropped. Returns NULL, or what is wrong with it.
 */
const char *request_target_url(struct request_said *said, const char *text,
			       size_t len);

/* Whether it begins with http:// or https://. */
bool request_target_absolute(const char *text, size_t len);

/* Print the URL of a request, "http://h.example/a?x=1". It may have any bytes
 * in it. */
void request_target_print(FILE *out, const struct request_said *said);

#endif
