// Core code in adapters/text, embedded.
#ifndef ADAPTERS_TEXTS_H
#define ADAPTERS_TEXTS_H

extern const char text_common[], text_config[], text_environment[], text_http[], text_rewrite[];
extern const char text_baked[], text_preopens[], text_streams[];

#endif
