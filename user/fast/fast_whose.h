/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_WHOSE_H
#define FAST_WHOSE_H

#include <stddef.h>
#include <stdint.h>

/*
 * fast_whose - the state directory that an XDP program answers from
 * @program: its id
 * @state:   receives the path, or where it is too long for the name of a folder
 *           (fast_pin.h) that folder; size bytes of room
 *
 * Looks among what is pinned below the root folder. -ENOENT for a program of
 * others, and for one that is not pinned there.
 */
int fast_whose(uint32_t program, char *state, size_t size);

/*
 * fast_whose_program - say what XDP program an interface has
 * @text: receives it, size bytes of room
 * @mode: that the program is in, by name
 *
 * By whose it is if it is detour's, else by its number and name.
 */
void fast_whose_program(char *text, size_t size, const char *interface,
			uint32_t program, const char *mode);

#endif
