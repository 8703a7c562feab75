// The exit status of every command; the words for people stand in tables.c.
#ifndef TW_STATUS_H
#define TW_STATUS_H

enum tw_status {
  TW_DONE = 0,
  TW_NO = 1,      // the answer is no: a gate failed, a verification failed, a component is invalid
  TW_USAGE = 2,   // wrong usage
  TW_INPUT = 3,   // an input could not be read or is not WebAssembly; of several, the others were still answered
  TW_OUTPUT = 4,  // an output could not be written
  TW_BUG = 70,    // a bug in tidewaiter
};

#endif
