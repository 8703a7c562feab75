// Core code in adapters/text, embedded.
#ifndef ADAPTERS_TEXTS_H
#define ADAPTERS_TEXTS_H

// One a line, so that two who add one do not meet.
extern const char text_baked[];
extern const char text_clocks[];
extern const char text_common[];
extern const char text_config[];
extern const char text_environment[];
extern const char text_guarded[];
extern const char text_http[];
extern const char text_input[];
extern const char text_log[];
extern const char text_preopens[];
extern const char text_random[];
extern const char text_rewrite[];
extern const char text_streams[];
extern const char text_tasks[];

#endif
