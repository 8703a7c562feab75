#include "render.h"
void tw_render_flat(struct tw_rendering *rendering) { (void)rendering; }
