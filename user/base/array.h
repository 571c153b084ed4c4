/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ARRAY_H
#define ARRAY_H

#include <stddef.h>

/*
 * array_grow - make room for a number of elements
 * @array: the address of the pointer to the first one, NULL if there is none
 *         yet
 * @room: of how many elements there is room now; doubled until it is enough
 * @want: how many elements are to fit
 * @size: of one, in bytes
 *
 * What is new is not initialised. Returns 0, or -ENOMEM without error_set(),
 * and then the array is as it was.
 */
int array_grow(void *array, size_t *room, size_t want, size_t size);

#endif
