/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FLATTEN_CODE_H
#define FLATTEN_CODE_H

#include <stdint.h>

/* The code (rule_code.h) of a redirect that stands for two that follow one
 * another: permanent if both are, keeping the method if both do; 303, which
 * keeps none, if one is. */
uint16_t flatten_code(uint16_t first, uint16_t then);

#endif
