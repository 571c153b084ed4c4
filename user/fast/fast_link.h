/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_LINK_H
#define FAST_LINK_H

#include <stdbool.h>
#include <stdint.h>

struct fast_interface_pin;
struct fast_notes;
struct fast_object;

enum fast_mode { FAST_MODE_AUTO, FAST_MODE_NATIVE, FAST_MODE_GENERIC };

/*
 * fast_link_make - link the programs to an interface and pin the links
 * @mode:    auto takes generic where native is not to be had
 * @generic: receives which it is
 * @notes:   receives why auto took generic
 *
 * The TC program comes before others on the interface and leaves the word to
 * them. Where this fails, fast_interface_remove() undoes it.
 * Returns 0 or -errno with error_set().
 */
int fast_link_make(const struct fast_interface_pin *pin,
		   const struct fast_object *object, enum fast_mode mode,
		   bool *generic, struct fast_notes *notes);

/* Whether auto takes generic mode where the kernel refuses native with -errno:
 * unless it would refuse generic, too. Drivers name one and the same reason in
 * different ways. */
bool fast_link_falls_back(int err);

/*
 * fast_link_replace - put other programs behind an XDP link and its TC link
 *
 * No packet passes by both the old and the new program. Returns 0, or -errno
 * with error_set() when the old ones are still there.
 */
int fast_link_replace(const struct fast_interface_pin *pin,
		      const struct fast_object *object);

#endif
