/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REQUEST_ACCESS_H
#define REQUEST_ACCESS_H

struct request_form;

/*
 * The access logs of web servers, as Apache's manual names them:
 *
 * common:   CLIENT IDENT USER [TIME] "REQUEST" STATUS BYTES
 * combined: the same, and behind it "REFERER" "USER-AGENT", and more perhaps
 * vhost:    HOST[:PORT] before either; port 443 says https, 80 http
 *
 * In quotes the escapes of nginx and Apache are undone. A USER may have blanks.
 */
extern const struct request_form request_access_common;
extern const struct request_form request_access_combined;
extern const struct request_form request_access_vhost;

#endif
