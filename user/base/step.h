/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STEP_H
#define STEP_H

/* Stands where an algorithm looks at a byte of what a client has sent. A test
 * that counts them defines it before it includes the algorithm. */
#ifndef STEP
#define STEP() ((void)0)
#endif

#endif
