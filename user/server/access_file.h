/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ACCESS_FILE_H
#define ACCESS_FILE_H

/*
 * access_file_open - open the file of a log, which is made with mode 0640
 *
 * What is written goes to its end, and what takes no more is not waited for. A
 * FIFO needs no reader. Root acts as the owner of the folder, and follows no
 * link in one that others may write: nobody has a file of another's written by
 * what he puts there. Only this thread's rights change meanwhile.
 *
 * Returns a descriptor, or -errno with error_set().
 */
int access_file_open(const char *path);

#endif
