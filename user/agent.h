/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * agent.h - the process that stays with an attached interface.
 *
 * It follows addresses, MAC and link, and repairs what others break. The XDP
 * program answers without it. SIGTERM ends it and leaves the data plane as it
 * is; SIGHUP makes it read the policy again.
 */
#ifndef XE_AGENT_H
#define XE_AGENT_H

#include "command.h"
#include "error.h"

/* What agent and command say to each other over a SOCK_SEQPACKET pair. */
struct agent_message {
	enum { AGENT_READY, AGENT_KEPT, AGENT_FAILED, AGENT_KEEP, AGENT_UNDO } what;
	struct xe_error error; /* of AGENT_FAILED */
};

/*
 * Attaches `interface` as the command line asks, says so on `channel`, and
 * waits for AGENT_KEEP. On anything else, a closed channel included, the
 * interface is put back as it was. Returns the process's exit status.
 */
int agent_run(const struct invocation *invocation, const char *interface, int channel);

#endif
