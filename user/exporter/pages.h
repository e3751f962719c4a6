/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pages.h - what the exporter answers to which request. Called by libmicrohttpd; the context is a
 * struct exporter.
 */
#ifndef XE_PAGES_H
#define XE_PAGES_H

#include <microhttpd.h>

enum MHD_Result pages_answer(void *context, struct MHD_Connection *connection, const char *url,
			     const char *method, const char *version, const char *upload,
			     size_t *upload_size, void **request);

void pages_completed(void *context, struct MHD_Connection *connection, void **request,
		     enum MHD_RequestTerminationCode code);

#endif
