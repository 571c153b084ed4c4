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

/* As error_set(), with ": " and the text of err (a negative errno) behind. */
int error_sys(int err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* The kept message of this thread; "" when there is none. */
const char *error_text(void);

#endif
