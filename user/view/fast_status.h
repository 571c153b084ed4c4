/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_STATUS_H
#define FAST_STATUS_H

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

/*
 * fast_status_take - what is attached, for `status`
 * @live: the release that is live
 * @out:  is told where there is the mark of an instance, but none
 *        (fast_change_astray()); or NULL
 * @list: receives an array with an object for each interface: "interface",
 *        "index", "alive" (false: the interface is gone), "namespace" ("this"
 *        one, "another" one, or it has "moved" there), "mode", "ports",
 *        "draining",
 *        "addresses" ("own", or an array of those that were given),
 *        "without_listener" (an array of "ADDR:PORT" that nobody listens on),
 *        "https" (of those whose listener is of https), "proxy" (likewise)
 *        and "problem" (why it does not work any more, or null), all of this
 *        namespace only; of another version's there are neither the keys from
 *        "mode" on to "proxy" nor what SYN-ACKs say; "release" (null: none
 *        loaded), "current" (whether that is the
 *        live one), "program" (its id), "since" (when that was loaded, Unix
 *        time in seconds), "age" (seconds), "folder", and what SYN-ACKs say:
 *        "mss" (an object with "ipv4" and "ipv6", the largest to name),
 *        "window" (the largest), "segments" (of the first window at most),
 *        each null if nothing asks for less than usual, "wscale"; or null if
 *        this user may not see it
 *
 * Returns 0 or -errno with error_set().
 */
int fast_status_take(const char *state, uint64_t live, FILE *out,
		     json_t **list);

#endif
