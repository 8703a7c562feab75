// Which items of an instance type are needed if only some of its exports are.
#ifndef COMPOSE_NEEDED_H
#define COMPOSE_NEEDED_H

#include <component/component.h>

// *needed becomes an array by item of `scope`: whether it is a wanted export, or one refers to it, directly or not. False: no memory.
bool needed_items(struct cm_arena *arena, const struct cm_scope *scope, bool (*wanted)(void *context, const struct cm_item *export),
                  void *context, bool **needed);

#endif
