/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ERROR_H
#define ERROR_H

/*
 * The reason of a failure, carried to the edge of the command that prints it.
 *
 * error_set() keeps the formatted message for this thread and returns err, so
 * that a function fails in one line: return error_set(-errno, "...", ...).
 * The message names what could not be done, on which object, and why; it has
 * no prefix and no newline. A later error_set() replaces an earlier one.
 */
int error_set(int err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* As error_set(), with ": " and the text of err (a negative errno) after it. */
int error_sys(int err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* As error_set(), with ": " and the message that was kept before after it. */
int error_wrap(int err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

enum { ERROR_TEXT = 1024 /* bytes of a message, with the final NUL */ };

/* Keep a message while something else may fail, and take it back. */
void error_save(char text[ERROR_TEXT]);
void error_restore(const char text[ERROR_TEXT]);

/* The kept message of this thread; "" when there is none. */
const char *error_text(void);

#endif
