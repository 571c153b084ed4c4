/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIEW_MAP_H
#define VIEW_MAP_H

#include <jansson.h>
#include <stdbool.h>

/*
 * view_map_take - a map of a state directory, every byte of it checked
 * @name:    of its file
 * @damaged: set if it is
 *
 * Returns an object: "file", "sound" (null: of another version), and either
 * "error", or "size" (bytes), "checksum" and, of an overlay, "overlay": an
 * object with "rules", "base" and "base_size". What is wrong with it is part of
 * that, not a failure.
 */
json_t *view_map_take(const char *state, const char *name, bool *damaged);

#endif
