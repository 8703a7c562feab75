#include "render.h"
void tw_render_knative(struct tw_rendering *rendering) { (void)rendering; }
