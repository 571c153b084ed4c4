/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef NOTIFY_H
#define NOTIFY_H

/*
 * notify_send - tell the service manager, if NOTIFY_SOCKET names one
 * @text: as in sd_notify(3): "READY=1", "STOPPING=1"
 *
 * Returns 0 (also without NOTIFY_SOCKET) or -errno with error_set().
 */
int notify_send(const char *text);

#endif
