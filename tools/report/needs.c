// Needs: what is wanted of a document, and which kinds are worth a word.

#include "needs.h"

bool tw_needs_pattern_fits(struct cm_str pattern, struct cm_str key) {
  // The usual matcher with one star to return to: when what follows a star does not fit, the star takes one character more.
  size_t p = 0, k = 0, star = SIZE_MAX, resume = 0;
  while (k < key.size) {
    if (p < pattern.size && pattern.at[p] == '*') {
      star = p++;
      resume = k;
    } else if (p < pattern.size && pattern.at[p] == key.at[k]) {
      p++;
      k++;
    } else if (star != SIZE_MAX) {
      p = star + 1;
      k = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size && pattern.at[p] == '*') {
    p++;
  }
  return p == pattern.size;
}

static bool is_wanted(const struct cm_need *need, const struct tw_needs_choice *choice) {
  return (choice->kinds >> need->kind & 1) && (choice->origins >> need->origin & 1) &&
         (!choice->key || cm_str_is(need->key, choice->key));
}

// An undecided place without a pattern may ask for anything.
static bool may_be_wanted(const struct cm_unresolved *place, const struct tw_needs_choice *choice) {
  return (choice->kinds >> place->kind & 1) &&
         (!choice->key || !place->has_pattern || tw_needs_pattern_fits(place->pattern, cm_str_of(choice->key)));
}

bool tw_needs_select(struct cm_arena *arena, struct tw_needs_document *document, const struct tw_needs_choice *choice) {
  struct cm_needs *needs = &document->needs;
  struct cm_need *wanted = cm_alloc_array(arena, needs->need_count, sizeof *wanted);
  struct cm_unresolved *unresolved = cm_alloc_array(arena, needs->unresolved_count, sizeof *unresolved);
  if (!wanted || !unresolved) {
    return false;
  }
  uint32_t count = 0;
  for (uint32_t i = 0; i < needs->need_count; i++) {
    if (is_wanted(&needs->needs[i], choice)) {
      wanted[count++] = needs->needs[i];
    }
  }
  needs->needs = wanted;
  needs->need_count = count;
  count = 0;
  for (uint32_t i = 0; i < needs->unresolved_count; i++) {
    if (may_be_wanted(&needs->unresolved[i], choice)) {
      unresolved[count++] = needs->unresolved[i];
    }
  }
  needs->unresolved = unresolved;
  needs->unresolved_count = count;
  document->kinds &= choice->kinds;
  return true;
}

struct cm_str tw_interface_of(struct cm_str name) {
  const char *version = name.size ? memchr(name.at, '@', name.size) : NULL;
  return version ? (struct cm_str){name.at, (size_t)(version - name.at)} : name;
}

// An import without functions (a type, a function by its bare name) cannot be told by them.
static bool has_function(const struct cm_needs_import *import, const char *function) {
  for (uint32_t i = 0; i < import->function_count; i++) {
    if (cm_str_is(import->functions[i], function)) {
      return true;
    }
  }
  return import->function_count == 0;
}

static uint32_t kinds_of_import(const struct cm_needs_import *import) {
  struct cm_str interface = tw_interface_of(import->has_implements ? import->implements : import->name);
  uint32_t kinds = 0;
  for (size_t i = 0; i < cm_sink_count; i++) {
    if (cm_str_is(interface, cm_sinks[i].interface) && has_function(import, cm_sinks[i].function)) {
      kinds |= 1U << cm_sinks[i].kind;
    }
  }
  return kinds;
}

uint32_t tw_needs_kinds_that_matter(const struct cm_needs *needs) {
  uint32_t kinds = 0;
  for (uint32_t i = 0; i < needs->import_count; i++) {
    kinds |= kinds_of_import(&needs->imports[i]);
  }
  for (uint32_t i = 0; i < needs->need_count; i++) {
    kinds |= 1U << needs->needs[i].kind;
  }
  for (uint32_t i = 0; i < needs->unresolved_count; i++) {
    kinds |= 1U << needs->unresolved[i].kind;
  }
  for (uint32_t i = 0; i < CM_NEED_KIND_COUNT; i++) {
    kinds |= (uint32_t)!needs->complete[i] << i;
  }
  return kinds;
}
