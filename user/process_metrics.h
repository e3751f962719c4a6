/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * process_metrics.h - the metrics that every Prometheus client tells of its own process.
 */
#ifndef XE_PROCESS_METRICS_H
#define XE_PROCESS_METRICS_H

#include "exposition.h"

/* What /proc does not tell is left out. */
void process_metrics_write(struct exposition *exposition);

#endif
