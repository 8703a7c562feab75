// Commands that are programs of their own.
#ifndef TW_EXTERNAL_H
#define TW_EXTERNAL_H

// Becomes libexec/tidewaiter/tidewaiter-NAME, with argv[0] replaced; returns only where there is none, or with a message on
// standard error where it is there and cannot be run: `*status` is then what to exit with, -1 where there is none.
void tw_external_run(const char *name, char **argv, int *status);

#endif
