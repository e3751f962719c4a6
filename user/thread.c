// SPDX-License-Identifier: GPL-2.0-only
/* thread.c - see thread.h. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>

#include "privileges.h"
#include "thread.h"

enum { STACK_SIZE = 256 * 1024 }; /* address space; what is not used takes no memory */

struct start {
	const char *name;
	void *(*run)(void *);
	void *argument;
};

static void *begin(void *argument)
{
	struct start start = *(struct start *)argument;

	free(argument);
	prctl(PR_SET_NAME, start.name);
	privileges_drop_thread(); /* what the agent drops later, its threads would keep */
	return start.run(start.argument);
}

int thread_start(pthread_t *thread, const char *name, void *(*run)(void *), void *argument)
{
	struct start *start = malloc(sizeof(*start));
	pthread_attr_t attributes;
	sigset_t all, before;
	int err;

	if (!start)
		return -ENOMEM;
	*start = (struct start){name, run, argument};
	/* a new thread inherits the mask: signals are the agent's own thread's to read */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK_SIZE);
	err = pthread_create(thread, &attributes, begin, start);
	pthread_attr_destroy(&attributes);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (err)
		free(start);
	return -err;
}
