/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * agent_repair.h - a path that others broke is noticed, reported and put back. For
 * agent_loop.c alone.
 */
#ifndef XE_AGENT_REPAIR_H
#define XE_AGENT_REPAIR_H

#include "agent_loop.h"

/* Nothing tells that a bpf_link was detached, or how many queues are in use: one has to look. */
enum { AGENT_LOOK_MILLISECONDS = 1000 };

/*
 * Writes `text`, "" for none, into one of the agent's troubles; status shows them for as long as
 * they last, the log is told once.
 */
void agent_report(struct agent *agent, char trouble[XE_TEXT_MAX], const char *text);

/*
 * Looks whether the path is in place. If it is not, or could not be put back before, the path
 * is chosen anew, as attach did; meanwhile, and if no path works, the sockets answer. Where the
 * choice is ours and has become a worse one than attach's, a change of the interface
 * (agent->has_changed) is reason to try the better ones again.
 */
void agent_look(struct agent *agent);

#endif
