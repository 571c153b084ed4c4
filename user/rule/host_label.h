/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HOST_LABEL_H
#define HOST_LABEL_H

#include <stddef.h>
#include <sys/types.h>

/*
 * host_labels - a name as it is registered where IDNA2008 is not followed
 * @dst: receives it, not terminated
 * @src: UTF-8
 *
 * Each label that is not ASCII becomes "xn--" and its punycode, in lower case
 * and as UTS #46 maps most characters, whatever IDNA2008 allows.
 * Returns its length, or -ENAMETOOLONG where it has no room in cap bytes or a
 * label none in a name, or -EINVAL.
 */
ssize_t host_labels(char *dst, size_t cap, const char *src, size_t len);

#endif
