/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_STATUS_PRINT_H
#define FAST_STATUS_PRINT_H

#include <jansson.h>

/* Print the list of fast_status_take() for people, on standard output. */
void fast_status_print(const json_t *list);

#endif
