// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stddef.h>

#include "http_failure.h"

static const char *connect_failure(CURL *easy)
{
	long number = 0;

	curl.easy_getinfo(easy, CURLINFO_OS_ERRNO, &number);
	switch (number) {
	case ECONNREFUSED:
		return "connection refused";
	case ENETUNREACH:
	case EHOSTUNREACH:
		return "no way to its address";
	case ETIMEDOUT:
		return "no connection in time";
	}
	return "no connection";
}

static const char *late_failure(CURL *easy)
{
	curl_off_t connected = 0;

	curl.easy_getinfo(easy, CURLINFO_CONNECT_TIME_T, &connected);
	return connected ? "no whole answer in time" : "no connection in time";
}

/* What libcurl 7.88 gives for a line of a head over 100 KiB, where the memory
 * that it may take for one ends. */
static const char *const line_failure = "a line of its head is too long";

const char *http_failure(CURL *easy, CURLcode result)
{
	switch (result) {
	case CURLE_COULDNT_CONNECT:
		return connect_failure(easy);
	case CURLE_OPERATION_TIMEDOUT:
		return late_failure(easy);
	case CURLE_COULDNT_RESOLVE_HOST:
		return "its name has no address";
	case CURLE_GOT_NOTHING:
		return "it closes without an answer";
	case CURLE_PARTIAL_FILE:
	case CURLE_RECV_ERROR:
		return "it closes before the end of its answer";
	case CURLE_SEND_ERROR:
		return "it closes before the end of the request";
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_WEIRD_SERVER_REPLY:
	case CURLE_BAD_CONTENT_ENCODING:
		return "its answer is no HTTP";
	case CURLE_OUT_OF_MEMORY:
		return line_failure;
	case CURLE_PEER_FAILED_VERIFICATION:
		return "its certificate is not for this host, or by nobody known";
	case CURLE_SSL_CACERT_BADFILE:
		return "the file of certificates cannot be read";
	case CURLE_SSL_CONNECT_ERROR:
		return "no TLS with it";
	default:
		return curl.easy_strerror(result);
	}
}
