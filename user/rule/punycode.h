/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PUNYCODE_H
#define PUNYCODE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * punycode_encode - code points as ASCII (RFC 3492 6.3), without "xn--"
 * @cap: room in dst; the result is not terminated
 *
 * Returns its length, or -ENAMETOOLONG.
 */
ssize_t punycode_encode(char *dst, size_t cap, const uint32_t *src, size_t len);

#endif
