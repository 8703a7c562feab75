// The last words of a program that fails.
#ifndef TW_FAULTS_H
#define TW_FAULTS_H

// From here on a crash prints that it is a bug in tidewaiter and exits with TW_BUG; a mapped input that someone cuts short exits
// with TW_INPUT; writing to a closed pipe is an error of the write and no signal. Nothing of this under sanitizers, whose own
// reports are better, but the last.
void tw_faults_catch(void);

// Makes sure that file descriptors 0, 1 and 2 are open, so that no file of ours takes their place. One that was closed fails
// when it is used.
void tw_faults_standard_streams(void);

#endif
