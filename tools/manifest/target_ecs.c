#include "render.h"
void tw_render_ecs(struct tw_rendering *rendering) { (void)rendering; }
