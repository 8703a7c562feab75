#include "render.h"
void tw_render_sbom(struct tw_rendering *rendering) { (void)rendering; }
