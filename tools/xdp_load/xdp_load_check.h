/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef XDP_LOAD_CHECK_H
#define XDP_LOAD_CHECK_H

#include <stdint.h>

#include "xdp_load_requests.h"

/* What the samples said. */
struct load_check {
	const struct load_requests *requests;
	uint64_t checked, wrong; /* of them with the status, not Location */
	char first[1024];	 /* what was wrong, where anything was */
};

/*
 * load_check_answer - compare one answer with what its request is to get
 * @text: len bytes of its first segment
 *
 * It is right if a whole head of HTTP/1 is there, with the status, and with one
 * Location, equal byte for byte, or none where none is expected. An answer with
 * another status is not counted here; but it may be the first.
 */
void load_check_answer(struct load_check *check, uint32_t request,
		       const uint8_t *text, uint32_t len);

#endif
