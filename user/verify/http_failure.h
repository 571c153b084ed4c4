/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HTTP_FAILURE_H
#define HTTP_FAILURE_H

#include "curl_calls.h"

/* Why a transfer ended without a whole answer, for people: a constant text. */
const char *http_failure(CURL *easy, CURLcode result);

#endif
