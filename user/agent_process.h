/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * agent_process.h - agents as the commands see them: started, waited for, ended.
 */
#ifndef XE_AGENT_PROCESS_H
#define XE_AGENT_PROCESS_H

#include <sys/types.h>

#include "agent.h"
#include "store.h"

struct agent_process {
	const char *interface;
	bool attached; /* before the command was run */
	pid_t pid;
	int channel; /* -1: nothing to say yet, or no more */
};

/* Starts an agent; in the background unless the command line says --foreground. */
int agent_spawn(struct agent_process *process, const struct invocation *invocation,
		struct xe_error *error);

/* Waits until packets are answered, or fails with the agent's own words. */
int agent_wait(struct agent_process *process, struct xe_error *error);

/* Tells it to stay. */
int agent_keep(struct agent_process *process, struct xe_error *error);

/* Tells it to put the interface back as it was, and waits until that is done. */
void agent_undo(struct agent_process *process);

/* Ends the live agent of an attachment, if there is one; the data plane stays. */
int agent_end(const struct store *store, struct xe_error *error);

/* Makes it read the policy again, and waits until it is in force. */
int agent_reload(const struct store *store, struct xe_error *error);

#endif
