/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REQUEST_ESCAPE_H
#define REQUEST_ESCAPE_H

#include <stddef.h>

/*
 * The escapes of logs, undone in place. What begins with a backslash and is no
 * escape stays as it is. Both return the length that is left.
 */

/* What nginx and Apache write: \xHH, \" and \\, \b \f \n \r \t \v. */
size_t request_escape_log(char *text, size_t len);

/* What JSON has (RFC 8259 7): \uXXXX, also two for one character, \" \\ \/ \b \f
 * \n \r \t. A surrogate without another becomes U+FFFD. */
size_t request_escape_json(char *text, size_t len);

#endif
