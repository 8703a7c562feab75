// Objects: what the program makes, what it adds to those of the snapshot, and how both are read as containers.

#include "py_machine.h"

// --- values of the snapshot ---

py_value py_of_address(struct py_machine *m, py_address object) {
  const struct py_heap *heap = m->heap;
  struct cm_str text;
  struct cm_span bytes;
  int64_t number;
  if (!object) return 0;
  if (object == m->environ || object == m->environb) return py_simple(&m->values, PY_MAPPING, m->environment);
  if (py_is(heap, object, PY_TYPE_STR) && py_text(heap, object, &text)) return py_make_text(&m->values, text, false);
  if (py_is(heap, object, PY_TYPE_BYTES) && py_bytes(heap, object, &bytes))
    return py_make_text(&m->values, (struct cm_str){(const char *)bytes.at, bytes.size}, false);
  if (py_is(heap, object, PY_TYPE_NONE)) return m->none;
  if (py_is(heap, object, PY_TYPE_BOOL) && py_int(heap, object, &number)) return py_simple(&m->values, PY_BOOL, number);
  if (py_is(heap, object, PY_TYPE_INT) && py_int(heap, object, &number)) return py_make_int(&m->values, number);
  struct cm_str type = py_type_name(heap, py_type_of(heap, object));
  if (cm_str_is(type, "operator.itemgetter") || cm_str_is(type, "operator.attrgetter")) {
    bool attributes = cm_str_is(type, "operator.attrgetter");
    py_address at = py_word(heap, (uint64_t)object + PY_ITEM_GETTER_KEYS);
    uint32_t count = py_word(heap, (uint64_t)object + PY_ITEM_GETTER_COUNT);
    py_value keys = py_of_address(m, attributes && count == 1 ? py_item(heap, at, 0) : at);
    return py_make_items(&m->values, PY_GETTER, &keys, 1, attributes ? -(int64_t)count : (int64_t)count);
  }
  if (py_is(heap, object, PY_TYPE_SLICE)) {
    py_value parts[3];
    for (uint32_t i = 0; i < 3; i++) {
      py_address part = py_word(heap, (uint64_t)object + PY_RANGE_START + 4 * (uint64_t)i);
      parts[i] = py_is(heap, part, PY_TYPE_SLICE) ? 0 : py_of_address(m, part);
    }
    return py_make_items(&m->values, PY_SLICE, parts, 3, 0);
  }
  return py_type_of(heap, object) ? py_simple(&m->values, PY_HEAP, object) : 0;
}

// --- objects ---

// Rounds of the loops that go on tell apart what one instruction makes.
static uint64_t place_of(const struct py_machine *m) {
  struct py_frame *f = m->frame;
  if (!f) return index_mix(m->object_index.seed, 1);
  uint64_t hash = index_mix(index_mix(f->id, f->instr.unit), f->made++);
  for (uint32_t i = 0; i < f->height; i++)
    if (py_kind(&m->values, f->slots[i]) == PY_ITERATOR) hash = index_mix(hash, f->slots[i]);
  return py_laps_hash(&f->laps, hash);
}

static uint32_t add_object(struct py_machine *m, const struct py_object *object) {
  if (m->object_count == PY_OBJECTS_MOST || !cm_grow(m->arena, &m->objects, &m->object_room, m->object_count, sizeof *m->objects)) {
    m->failed = true;
    return UINT32_MAX;
  }
  m->objects[m->object_count] = *object;
  return (uint32_t)m->object_count++;
}

// Can what is executed be executed again by a loop of one of the functions, beyond the rounds that are told apart?
static bool is_in_loop(struct py_machine *m) {
  for (const struct py_frame *f = m->frame; f; f = f->up)
    if (py_comes_again(m, f)) return true;
  return false;
}

py_value py_new_object(struct py_machine *m, enum py_object_kind kind, py_value class) {
  uint64_t place = index_mix(place_of(m), (uint64_t)kind << 32 | class);
  size_t cursor = 0;
  for (uint32_t i; index_next(&m->object_index, place, &cursor, &i);)
    if (m->objects[i].kind == kind && m->objects[i].class == class) {
      if (m->objects[i].made == PY_MADE_ONCE) m->objects[i].made = is_in_loop(m) ? PY_MADE_BY_LOOP : PY_MADE_ANEW;
      if (m->objects[i].made == PY_MADE_BY_LOOP) m->objects[i].shared = true;
      return py_simple(&m->values, PY_OBJECT, i);
    }
  struct py_object object = {.kind = kind, .class = class, .rest = m->unbound, .raises = m->unbound, .mapping = -1};
  uint32_t at = add_object(m, &object);
  if (at == UINT32_MAX || !index_add(&m->object_index, m->arena, place, at)) return 0;
  return py_simple(&m->values, PY_OBJECT, at);
}

static struct py_object *overlay_of(struct py_machine *m, py_address base) {
  size_t cursor = 0;
  for (uint32_t i; index_next(&m->overlay_index, index_mix(m->overlay_index.seed, base), &cursor, &i);)
    if (m->objects[i].base == base) return &m->objects[i];
  return NULL;
}

struct py_object *py_object_of(struct py_machine *m, py_value v) {
  const struct py_cell *cell = py_cell(&m->values, v);
  if (cell->kind == PY_OBJECT) return &m->objects[cell->number];
  return cell->kind == PY_HEAP ? overlay_of(m, (py_address)cell->number) : NULL;
}

struct py_object *py_object_to_change(struct py_machine *m, py_value v, enum py_object_kind kind) {
  struct py_object *known = py_object_of(m, v);
  const struct py_cell *cell = py_cell(&m->values, v);
  if (known || cell->kind != PY_HEAP) return known;
  struct py_object object = {
      .kind = kind, .base = (py_address)cell->number, .rest = m->unbound, .raises = m->unbound, .mapping = -1};
  uint32_t at = add_object(m, &object);
  if (at == UINT32_MAX) return NULL;
  if (!index_add(&m->overlay_index, m->arena, index_mix(m->overlay_index.seed, object.base), at)) m->failed = true;
  return &m->objects[at];
}

py_value py_entry_get(struct py_machine *m, const struct py_object *object, py_value key) {
  for (size_t i = 0; object && i < object->count; i++)
    if (object->entries[i].key == key) return object->entries[i].value;
  return m->unbound;
}

void py_entry_put(struct py_machine *m, struct py_object *object, py_value key, py_value value) {
  if (!object) return;
  for (size_t i = 0; i < object->count; i++)
    if (object->entries[i].key == key) {
      object->entries[i].value = py_join(&m->values, object->entries[i].value, value);
      return;
    }
  if (object->count >= PY_ITEMS_MOST) {
    object->rest = py_join(&m->values, object->rest, value);
  } else if (cm_grow(m->arena, &object->entries, &object->room, object->count, sizeof *object->entries)) {
    object->entries[object->count++] = (struct py_entry){.key = key, .value = value};
  } else {
    m->failed = true;
  }
}

void py_element_add(struct py_machine *m, struct py_object *object, py_value value) {
  if (!object) return;
  object->loose = true;
  for (size_t i = 0; i < object->count; i++)
    if (object->entries[i].value == value) return;
  if (object->count >= PY_ITEMS_MOST)
    object->rest = py_join(&m->values, object->rest, value);
  else if (cm_grow(m->arena, &object->entries, &object->room, object->count, sizeof *object->entries))
    object->entries[object->count++] = (struct py_entry){.value = value};
  else
    m->failed = true;
}

// --- containers ---

static py_address heap_of(const struct py_machine *m, py_value v) {
  const struct py_cell *cell = py_cell(&m->values, v);
  return cell->kind == PY_HEAP ? (py_address)cell->number : 0;
}

enum py_object_kind py_container_kind(struct py_machine *m, py_value v, bool *is_one) {
  const struct py_heap *heap = m->heap;
  const struct py_object *object = py_object_of(m, v);
  py_address at = heap_of(m, v);
  *is_one = true;
  if (object && !object->base && object->kind <= PY_DICT) return object->kind;
  if (py_kind(&m->values, v) == PY_TUPLE) return PY_LIST;
  if (py_is_a(heap, at, PY_TYPE_TUPLE) || py_is_a(heap, at, PY_TYPE_LIST)) return PY_LIST;
  if (py_is_a(heap, at, PY_TYPE_DICT) || py_is(heap, at, PY_TYPE_MAPPING_PROXY)) return PY_DICT;
  if (py_is(heap, at, PY_TYPE_SET) || py_is(heap, at, PY_TYPE_FROZENSET)) return PY_SET;
  *is_one = false;
  return PY_INSTANCE;
}

static py_address dict_of(const struct py_heap *heap, py_address at) {
  return py_is(heap, at, PY_TYPE_MAPPING_PROXY) ? py_word(heap, (uint64_t)at + PY_MAPPING_PROXY_DICT) : at;
}

struct gathering {
  struct py_machine *m;
  struct py_elements *to;
  size_t room;
};

static void gather(struct gathering *g, py_value item) {
  if (g->to->count % 16 == 15) py_charge(g->m, 1);
  if (g->to->count < PY_ITEMS_MOST && cm_grow(g->m->arena, &g->to->items, &g->room, g->to->count, sizeof *g->to->items))
    g->to->items[g->to->count++] = item;
  else
    g->to->rest = py_join(&g->m->values, g->to->rest, item);
}

static void gather_object(struct gathering *g, const struct py_object *object) {
  struct py_machine *m = g->m;
  bool keys = object->kind == PY_DICT;
  for (size_t i = 0; i < object->count; i++) gather(g, keys ? object->entries[i].key : object->entries[i].value);
  if (keys && object->mapping >= 0) g->to->rest = py_join(&m->values, g->to->rest, py_simple(&m->values, PY_KEY, object->mapping));
  if (py_kind(&m->values, object->rest) != PY_UNBOUND) g->to->rest = py_join(&m->values, g->to->rest, keys ? 0 : object->rest);
}

// A text is gone through by its characters.
static void gather_text(struct gathering *g, const struct py_cell *text) {
  for (size_t at = 0, next; at < text->text.size; at = next) {
    next = at + 1;
    while (next < text->text.size && ((unsigned char)text->text.at[next] & 0xc0) == 0x80) next++;
    gather(g, py_make_text(&g->m->values, (struct cm_str){text->text.at + at, next - at}, false));
  }
  if (text->open) g->to->rest = 0;
}

static bool gather_range(struct gathering *g, py_address range) {
  struct py_machine *m = g->m;
  int64_t start, stop, step;
  if (!py_int(m->heap, py_word(m->heap, (uint64_t)range + PY_RANGE_START), &start) ||
      !py_int(m->heap, py_word(m->heap, (uint64_t)range + PY_RANGE_STOP), &stop) ||
      !py_int(m->heap, py_word(m->heap, (uint64_t)range + PY_RANGE_STEP), &step) || step != 1)
    return false;
  for (int64_t i = start; i < stop && g->to->count < PY_ITEMS_MOST; i++) gather(g, py_simple(&m->values, PY_INT, i));
  return true;
}

// What an object of the snapshot is gone through. False: it is not known how.
static bool gather_heap(struct gathering *g, py_address at) {
  struct py_machine *m = g->m;
  const struct py_heap *heap = m->heap;
  struct py_cursor cursor = {0};
  py_address key, value;
  if (py_is_a(heap, at, PY_TYPE_TUPLE) || py_is_a(heap, at, PY_TYPE_LIST)) {
    for (uint32_t i = 0; i < py_length(heap, at) && i <= PY_ITEMS_MOST; i++) gather(g, py_of_address(m, py_item(heap, at, i)));
  } else if (py_is_a(heap, dict_of(heap, at), PY_TYPE_DICT)) {
    while (g->to->count < PY_ITEMS_MOST && py_dict_next(heap, dict_of(heap, at), &cursor, &key, &value))
      gather(g, py_of_address(m, key));
  } else if (py_is(heap, at, PY_TYPE_SET) || py_is(heap, at, PY_TYPE_FROZENSET)) {
    while (g->to->count < PY_ITEMS_MOST && py_set_next(heap, at, &cursor, &value)) gather(g, py_of_address(m, value));
  } else if (py_is(heap, at, PY_TYPE_RANGE)) {
    return gather_range(g, at);
  } else {
    // An enumeration is gone through by its members.
    py_address members = py_dict_get(heap, py_class_dict(heap, at), CM_STR("_member_map_"));
    if (!members) return false;
    while (g->to->count < PY_ITEMS_MOST && py_dict_next(heap, members, &cursor, &key, &value)) gather(g, py_of_address(m, value));
  }
  return true;
}

struct py_elements py_elements_of_heap(struct py_machine *m, py_address at) {
  struct py_elements all = {.rest = m->unbound};
  struct gathering g = {m, &all, 0};
  if (!gather_heap(&g, at)) all.rest = 0;
  return all;
}

static bool is_named_tuple(const struct py_machine *m, py_value class) {
  return py_is(m->heap, py_class_attribute(m->heap, heap_of(m, class), CM_STR("_fields"), NULL), PY_TYPE_TUPLE);
}

struct py_elements py_elements_of(struct py_machine *m, py_value v) {
  struct py_elements all = {.rest = m->unbound};
  struct gathering g = {m, &all, 0};
  const struct py_cell cell = *py_cell(&m->values, v);
  if (py_kind(&m->values, v) == PY_ITERATOR) {
    if (cell.number == PY_ANYWHERE || cell.number > PY_ITEMS_MOST) {
      all.rest = 0;
      return all;
    }
    all = py_elements_of(m, cell.items[0]);
    uint32_t gone = (uint32_t)cell.number < all.count ? (uint32_t)cell.number : all.count;
    if (gone) all.items += gone;
    all.count -= gone;
    return all;
  }
  const struct py_object *object = py_object_of(m, v);
  py_value content = py_content(m, v), iter = py_special(m, v, CM_STR("__iter__"));
  if (iter != m->unbound) {
    py_value made = py_call(m, iter, &(struct py_arguments){0});
    if (py_special(m, made, CM_STR("__iter__")) == m->unbound) return py_elements_of(m, made);
    all.rest = 0;
    return all;
  }
  if (content != m->unbound && py_choice_count(&m->values, content) == 1) return py_elements_of(m, content);
  py_value inside = py_inside(m, v);
  if (inside != v && py_choice_count(&m->values, inside) == 1) return py_elements_of(m, inside);
  py_value name =
      cell.kind == PY_MAPPING || cell.kind == PY_KEYS || cell.kind == PY_PAIRS ? py_simple(&m->values, PY_KEY, cell.number) : 0;
  if (cell.kind == PY_TUPLE) {
    for (uint32_t i = 0; i < cell.count; i++) gather(&g, cell.items[i]);
  } else if (cell.kind == PY_TEXT) {
    gather_text(&g, &cell);
  } else if (cell.kind == PY_PAIRS) {
    py_value pair[2] = {name, 0};
    all.rest = py_make_items(&m->values, PY_TUPLE, pair, 2, 0);
  } else if (cell.kind == PY_MAPPING || cell.kind == PY_KEYS) {
    all.rest = name;
  } else if (object && object->kind == PY_INSTANCE && is_named_tuple(m, object->class)) {
    for (size_t i = 0; i < object->count; i++) gather(&g, object->entries[i].value);
  } else {
    bool known = cell.kind == PY_HEAP ? gather_heap(&g, (py_address)cell.number) : object && object->kind <= PY_DICT;
    if (object && object->kind <= PY_DICT) gather_object(&g, object);
    if (!known) all.rest = 0;
  }
  // Of a list that changed, how many it has now and where is not known; or it is one of several, of which none may have all.
  bool is_list = object && (object->base ? py_is_a(m->heap, object->base, PY_TYPE_LIST) : object->kind == PY_LIST);
  if (content == m->unbound && !(is_list && (object->loose || object->reordered))) return all;
  if (content != m->unbound) all.rest = m->unbound, all.count = 0;
  for (uint32_t i = 0; content != m->unbound && i < py_choice_count(&m->values, content); i++) {
    const struct py_cell one = *py_cell(&m->values, py_choice(&m->values, content, i));
    for (uint32_t k = 0; k < one.count; k++) all.rest = py_join(&m->values, all.rest, one.items[k]);
  }
  for (uint32_t i = 0; i < all.count; i++) all.rest = py_join(&m->values, all.rest, all.items[i]);
  all.count = 0;
  return all;
}

py_value py_element_at(struct py_machine *m, py_value v, uint32_t at, bool *exact) {
  const struct py_cell *cell = py_cell(&m->values, v);
  *exact = true;
  if (cell->kind == PY_TUPLE) return at < cell->count ? cell->items[at] : m->unbound;
  py_address sequence = cell->kind == PY_HEAP && !py_object_of(m, v) ? (py_address)cell->number : 0;
  if (py_is_a(m->heap, sequence, PY_TYPE_TUPLE) || py_is_a(m->heap, sequence, PY_TYPE_LIST))
    return at < py_length(m->heap, sequence) ? py_of_address(m, py_item(m->heap, sequence, at)) : m->unbound;
  py_value content = py_content(m, v), item = m->unbound;
  for (uint32_t i = 0; content != m->unbound && i < py_choice_count(&m->values, content); i++) {
    const struct py_cell *one = py_cell(&m->values, py_choice(&m->values, content, i));
    if (at < one->count) item = py_join(&m->values, item, one->items[at]);
  }
  if (content != m->unbound) return item;
  struct py_elements all = py_elements_of(m, v);
  if (at < all.count) return all.items[at];
  *exact = all.rest == m->unbound;
  return all.rest;
}

// --- looking up ---

static py_value any_of(struct py_machine *m, const struct py_elements *all) {
  py_value any = all->rest;
  for (uint32_t i = 0; i < all->count; i++) any = py_join(&m->values, any, all->items[i]);
  return any == m->unbound ? 0 : any;
}

static py_value dict_value(struct py_machine *m, py_value dict, py_value key) {
  if (py_content_has(m, dict, key) == 0) return m->unbound;
  py_value held = py_held(m, dict, key);
  if (held != m->unbound) return held;
  py_value found = py_entry_get(m, py_object_of(m, dict), key);
  py_address at = dict_of(m->heap, heap_of(m, dict));
  struct py_cursor cursor = {0};
  for (py_address k, v; at && py_dict_next(m->heap, at, &cursor, &k, &v);) {
    if (cursor.at % 16 == 15) py_charge(m, 1);
    if (py_of_address(m, k) == key) return py_join(&m->values, found, py_of_address(m, v));
  }
  return found;
}

py_value py_pairs_of(struct py_machine *m, py_value dict, bool keys, bool values) {
  struct py_elements all = py_elements_of(m, dict);
  const struct py_object *object = py_object_of(m, dict);
  if (object && object->mapping >= 0 && !all.count)
    return py_simple(&m->values, keys && values ? PY_PAIRS : keys ? PY_KEYS : PY_UNKNOWN, keys ? object->mapping : 0);
  if (all.rest != m->unbound) {
    py_ask_within(m, &dict, 1, 1);
    return 0;
  }
  py_value *items = cm_alloc_array(m->arena, all.count, sizeof *items);
  if (!items) {
    m->failed = true;
    return 0;
  }
  for (uint32_t i = 0; i < all.count; i++) {
    py_value pair[2] = {all.items[i], values ? dict_value(m, dict, all.items[i]) : 0};
    items[i] = keys && values ? py_make_items(&m->values, PY_TUPLE, pair, 2, 0) : pair[keys ? 0 : 1];
  }
  return py_make_items(&m->values, PY_TUPLE, items, all.count, 0);
}

bool py_may_begin(struct py_machine *m, py_value text, py_value beginning) {
  struct cm_str whole, part;
  bool open;
  return py_text_of(m, beginning, &part, &open) && py_text_of(m, text, &whole, &open) && (open || cm_str_starts(whole, part));
}

static py_value dict_item(struct py_machine *m, py_value dict, py_value key) {
  const struct py_object *object = py_object_of(m, dict);
  enum py_kind kind = py_kind(&m->values, key);
  py_value found = m->unbound, any = m->unbound;
  // A collections.defaultdict makes what is not there.
  if (object && object->class && py_kind(&m->values, dict_value(m, dict, key)) == PY_UNBOUND) {
    py_value made = py_call(m, object->class, &(struct py_arguments){0});
    py_item_set(m, dict, key, made);
    object = py_object_of(m, dict);
  }
  if (object && object->mapping >= 0) {
    py_ask(m, object->mapping, key);
    any = 0;
  }
  bool open = kind == PY_TEXT && py_cell(&m->values, key)->open;
  if ((kind == PY_TEXT && !open) || kind == PY_INT || kind == PY_HEAP || kind == PY_TUPLE || kind == PY_BOOL) {
    found = dict_value(m, dict, key);
    object = py_object_of(m, dict);
    if (object) found = py_join(&m->values, found, object->rest);
    return py_join(&m->values, found, any) == m->unbound ? 0 : py_join(&m->values, found, any);
  }
  // The key is not known: any of them; where its beginning is, those that begin so.
  struct py_elements all = py_elements_of(m, dict);
  for (uint32_t i = 0; i < all.count; i++) {
    if (kind == PY_KEY) py_ask_compared(m, key, all.items[i]);
    if (open && !py_may_begin(m, all.items[i], key)) continue;
    found = py_join(&m->values, found, dict_value(m, dict, all.items[i]));
  }
  return all.rest != m->unbound || found == m->unbound ? 0 : found;
}

static py_value slice_of(struct py_machine *m, py_value sequence, const struct py_cell *slice) {
  struct py_elements all = py_elements_of(m, sequence);
  const struct py_cell *cell = py_cell(&m->values, sequence);
  bool is_tuple = cell->kind == PY_TUPLE || (cell->kind == PY_HEAP && py_is_a(m->heap, (py_address)cell->number, PY_TYPE_TUPLE));
  const struct py_cell *step = py_cell(&m->values, slice->items[2]);
  int64_t from, to;
  if (all.rest != m->unbound) {
    all.rest = any_of(m, &all), all.count = 0;
  } else if (step->kind == PY_INT && step->number == -1 && slice->items[0] == m->none && slice->items[1] == m->none) {
    py_value *backwards = cm_alloc_array(m->arena, all.count, sizeof *backwards);
    m->failed |= !backwards;
    for (uint32_t i = 0; backwards && i < all.count; i++) backwards[i] = all.items[all.count - 1 - i];
    if (backwards) all.items = backwards;
  } else if (step->kind == PY_INT && step->number > 1) {
    py_value parts[3] = {slice->items[0], slice->items[1], m->none};
    const struct py_cell plain = {.kind = PY_SLICE, .items = parts, .count = 3};
    bool known = py_slice_range(m, &plain, all.count, &from, &to);
    uint32_t count = 0;
    for (int64_t i = from; known && i < to; i += step->number) all.items[count++] = all.items[i];
    if (!known) all.rest = any_of(m, &all);
    all.count = count;
  } else if (py_slice_range(m, slice, all.count, &from, &to)) {
    all.items += from, all.count = (uint32_t)(to - from);
  } else {
    all.rest = any_of(m, &all), all.count = 0;
  }
  if (!is_tuple) return py_new_container_of(m, PY_LIST, &all);
  return all.rest == m->unbound ? py_make_items(&m->values, PY_TUPLE, all.items, all.count, 0) : 0;
}

static py_value text_slice(struct py_machine *m, struct cm_str text, bool open, const struct py_cell *slice) {
  const struct py_cell *from = py_cell(&m->values, slice->items[0]), *to = py_cell(&m->values, slice->items[1]);
  int64_t size = (int64_t)text.size, a = from->kind == PY_INT ? from->number : 0, b = to->kind == PY_INT ? to->number : size;
  bool plain =
      (from->kind == PY_NONE || from->kind == PY_INT) && (to->kind == PY_NONE || to->kind == PY_INT) && slice->items[2] == m->none;
  for (size_t i = 0; i < text.size; i++) plain &= !((unsigned char)text.at[i] & 0x80);
  const struct py_cell *step = py_cell(&m->values, slice->items[2]);
  if (!plain && from->kind == PY_NONE && to->kind == PY_NONE && step->kind == PY_INT && step->number == -1 && !open) {
    char backwards[PY_KEY_MOST];
    for (size_t i = 0; i < text.size; i++) {
      if ((unsigned char)text.at[i] & 0x80) return 0;
      backwards[text.size - 1 - i] = text.at[i];
    }
    return py_make_text(&m->values, (struct cm_str){backwards, text.size}, false);
  }
  if (!plain || (open && (a < 0 || b < 0 || to->kind == PY_NONE))) return 0;
  if (a < 0) a += size;
  if (b < 0) b += size;
  if (a < 0) a = 0;
  if (b > size && open) return 0;
  if (b > size) b = size;
  if (a > b) a = b;
  return py_make_text(&m->values, (struct cm_str){text.at + a, (size_t)(b - a)}, false);
}

// typing.Annotated[type, more, …]
static py_value annotated(struct py_machine *m, py_value given) {
  struct py_elements all = py_elements_of(m, given);
  if (all.count < 2 || all.rest != m->unbound) return 0;
  py_value made = py_new_object(m, PY_INSTANCE, 0);
  py_attribute_set(m, made, CM_STR("__origin__"), all.items[0]);
  py_attribute_set(m, made, CM_STR("__metadata__"), py_make_items(&m->values, PY_TUPLE, all.items + 1, all.count - 1, 0));
  return made;
}

static py_value one_item(void *context, py_value container, py_value key) {
  struct py_machine *m = context;
  const struct py_cell c = *py_cell(&m->values, container), k = *py_cell(&m->values, key);
  bool is_container, open;
  struct cm_str text;
  if (c.kind == PY_MAPPING) {
    py_ask(m, c.number, key);
    return 0;
  }
  if (c.kind == PY_KEY) py_ask_changed(m, container);
  if (k.kind == PY_SLICE && py_text_of(m, container, &text, &open)) return text_slice(m, text, open, &k);
  if (k.kind == PY_INT && py_text_of(m, container, &text, &open)) {
    py_value place[3] = {key, k.number == -1 ? m->none : py_make_int(&m->values, k.number + 1), m->none};
    return text_slice(m, text, open, &(struct py_cell){.kind = PY_SLICE, .items = place, .count = 3});
  }
  enum py_object_kind kind = py_container_kind(m, container, &is_container);
  if (is_container && kind == PY_DICT) {
    py_value found = dict_item(m, container, key), missing = py_special(m, container, CM_STR("__missing__"));
    if (missing == m->unbound || py_keys_have(m, container, key) == 1) return found;
    return py_join(&m->values, found, py_call(m, missing, &(struct py_arguments){.positional = &key, .count = 1}));
  }
  if (is_container && k.kind == PY_SLICE) return slice_of(m, container, &k);
  if (is_container && kind == PY_LIST) {
    py_value content = py_content(m, container);
    if (content != m->unbound && py_choice_count(&m->values, content) > 1) return py_item_get(m, content, key);
    struct py_elements all = py_elements_of(m, container);
    int64_t at = k.kind == PY_INT && k.number < 0 ? k.number + all.count : k.number;
    bool sure = k.kind == PY_INT && all.rest == m->unbound;
    return sure && at >= 0 && at < all.count ? all.items[at] : sure ? 0 : any_of(m, &all);
  }
  if (m->annotated && heap_of(m, container) == m->annotated) return annotated(m, key);
  // An enumeration's member by name, or what the class says.
  py_address class = heap_of(m, container), members = py_dict_get(m->heap, py_class_dict(m->heap, class), CM_STR("_member_map_"));
  if (members && (py_text_of(m, key, &text, &open) || !key)) return dict_item(m, py_of_address(m, members), key);
  if (class && py_is(m->heap, py_class_attribute(m->heap, class, CM_STR("__class_getitem__"), NULL), PY_TYPE_CLASSMETHOD))
    return py_call(m, py_attribute(m, container, CM_STR("__class_getitem__")),
                   &(struct py_arguments){.positional = &key, .count = 1});
  if (py_inside(m, container) != container && py_special(m, container, CM_STR("__getitem__")) == m->unbound)
    return py_inside_item(m, container, key);
  // Of what is not known to be missing it says nothing.
  py_value missing = py_special(m, container, CM_STR("__missing__"));
  if (missing != m->unbound && py_special(m, container, CM_STR("__getitem__")) == m->unbound) {
    py_call(m, missing, &(struct py_arguments){.positional = &key, .count = 1});
    return 0;
  }
  py_value method = py_attribute(m, container, CM_STR("__getitem__"));
  if (!method || py_kind(&m->values, method) == PY_ATTRIBUTE) return 0;
  return py_call(m, method, &(struct py_arguments){.positional = &key, .count = 1});
}

py_value py_item_get(struct py_machine *m, py_value container, py_value key) {
  return py_each_pair(&m->values, container, key, one_item, m);
}

static void put_item(struct py_machine *m, py_value dict, py_value key, py_value value, bool sure) {
  struct py_object *object = py_object_to_change(m, dict, PY_DICT);
  py_value before = py_entry_get(m, object, key);
  py_entry_put(m, object, key, value);
  py_hold(m, dict, key, before, value, sure);
  py_content_key(m, dict, key, sure);
}

static void set_items(struct py_machine *m, py_value container, py_value key, py_value value, bool sure) {
  sure &= py_choice_count(&m->values, container) == 1 && py_choice_count(&m->values, key) == 1;
  for (uint32_t i = 0; i < py_choice_count(&m->values, container); i++) {
    py_value one = py_inside(m, py_choice(&m->values, container, i));
    bool is_one;
    enum py_object_kind kind = py_container_kind(m, one, &is_one);
    struct py_object *object = is_one ? py_object_to_change(m, one, kind) : NULL;
    for (uint32_t k = 0; object && k < py_choice_count(&m->values, key); k++) {
      const struct py_cell *cell = py_cell(&m->values, py_choice(&m->values, key, k));
      bool known = cell->kind != PY_KEY && cell->kind != PY_UNKNOWN && !cell->open;
      py_value place[2] = {py_choice(&m->values, key, k), value};
      bool by_slice = cell->kind == PY_SLICE;
      if (kind != PY_DICT)
        py_edit(m, one, by_slice ? PY_EDIT_SET_SLICE : PY_EDIT_SET, place);
      else if (known)
        put_item(m, one, py_choice(&m->values, key, k), value, sure);
      else if (cell->kind == PY_KEY)
        object->mapping = cell->number;
      else
        object->rest = py_join(&m->values, object->rest, value);
      if (kind != PY_DICT && !sure) py_edit(m, one, PY_EDIT_UNKNOWN, NULL);
      if (!known) py_forget(m, one, m->unbound);
    }
  }
}

void py_item_set(struct py_machine *m, py_value container, py_value key, py_value value) {
  set_items(m, container, key, value, true);
}

void py_item_set_perhaps(struct py_machine *m, py_value container, py_value key, py_value value) {
  // What is known to be there stays.
  int has = py_content_has(m, container, key);
  if (has < 0 ? py_held(m, container, key) == m->unbound : !has) set_items(m, container, key, value, !has);
}

static py_value text_contains(struct py_machine *m, const struct py_cell *text, const struct py_cell *part) {
  if (part->kind != PY_TEXT || part->open) return 0;
  bool found = false;
  for (size_t i = 0; !found && i + part->text.size <= text->text.size; i++)
    found = !part->text.size || !memcmp(text->text.at + i, part->text.at, part->text.size);
  return found || !text->open ? py_bool(m, found) : 0;
}

static py_value one_contains(void *context, py_value container, py_value key) {
  struct py_machine *m = context;
  const struct py_cell *c = py_cell(&m->values, container);
  const struct py_object *object = py_object_of(m, container);
  if (c->kind == PY_MAPPING || c->kind == PY_KEYS) {
    py_ask(m, c->number, key);
    return 0;
  }
  if (object && object->mapping >= 0) py_ask(m, object->mapping, key);
  py_value says = py_special(m, container, CM_STR("__contains__"));
  if (says != m->unbound) return py_bool(m, py_truth(m, py_call(m, says, &(struct py_arguments){.positional = &key, .count = 1})));
  if (py_inside(m, container) != container) return py_contains(m, py_inside(m, container), key);
  c = py_cell(&m->values, container);
  if (c->kind == PY_TEXT) return text_contains(m, c, py_cell(&m->values, key));
  int has = py_content_has(m, container, key);
  if (has >= 0) return py_bool(m, has);
  struct py_elements all = py_elements_of(m, container);
  bool is_key = py_kind(&m->values, key) == PY_KEY, differs = true;
  for (uint32_t i = 0; i < all.count; i++) {
    if (is_key) py_ask_compared(m, key, all.items[i]);
    int same = py_equal(m, all.items[i], key);
    if (same == 1 && !(object && object->loose)) return py_bool(m, 1);
    differs &= same == 0;
  }
  return differs && all.rest == m->unbound && !object ? py_bool(m, 0) : 0;
}

py_value py_contains(struct py_machine *m, py_value container, py_value key) {
  return py_each_pair(&m->values, container, key, one_contains, m);
}

// The same from a dictionary that has some keys or others now: so has this one then. False: it is not known what it has.
static bool update_by_content(struct py_machine *m, py_value dict, py_value from, py_value content) {
  enum { WAYS_MOST = 8 };
  py_value into = py_content(m, dict), result = m->unbound;
  uint32_t ways = py_choice_count(&m->values, content);
  if (into == m->unbound || py_choice_count(&m->values, into) > 1 || ways > WAYS_MOST) return false;
  for (uint32_t w = 0; w < ways; w++) {
    const struct py_cell keys = *py_cell(&m->values, py_choice(&m->values, content, w));
    result = py_join(&m->values, result, py_content_with_keys(m, into, &keys));
    for (uint32_t i = 0; i < keys.count; i++) put_item(m, dict, keys.items[i], dict_value(m, from, keys.items[i]), false);
  }
  py_hold_content(m, dict, result);
  return true;
}

void py_update(struct py_machine *m, py_value dict, py_value from) {
  struct py_object *object = py_object_to_change(m, dict, PY_DICT);
  if (!object) return;
  for (uint32_t c = 0; c < py_choice_count(&m->values, from); c++) {
    py_value one = py_inside(m, py_choice(&m->values, from, c));
    const struct py_cell cell = *py_cell(&m->values, one);
    const struct py_object *other = py_object_of(m, one);
    bool is_one;
    if (cell.kind == PY_MAPPING || cell.kind == PY_PAIRS) {
      object->mapping = cell.number;
      continue;
    }
    if (other && other->mapping >= 0) object->mapping = other->mapping;
    enum py_object_kind kind = py_container_kind(m, one, &is_one);
    py_value content = is_one && kind == PY_DICT && py_choice_count(&m->values, from) == 1 ? py_content(m, one) : m->unbound;
    bool several = content != m->unbound && py_choice_count(&m->values, content) > 1;
    if (several && update_by_content(m, dict, one, content)) continue;
    struct py_elements all = py_elements_of(m, one);
    for (uint32_t i = 0; i < all.count; i++) {
      bool exact;
      py_value key = all.items[i], value = is_one && kind == PY_DICT ? dict_value(m, one, key) : 0;
      if (is_one && kind != PY_DICT)
        value = py_element_at(m, all.items[i], 1, &exact), key = py_element_at(m, all.items[i], 0, &exact);
      bool sure = py_choice_count(&m->values, from) == 1 && py_choice_count(&m->values, key) == 1;
      if (value != m->unbound && key != m->unbound) put_item(m, dict, key, value, sure);
    }
    if (all.rest != m->unbound || py_choice_count(&m->values, from) > 1) py_forget(m, dict, m->unbound);
    object = py_object_to_change(m, dict, PY_DICT);
    if (!object) return;
    if (all.rest != m->unbound && !(other && other->mapping >= 0)) object->rest = 0;
  }
}

// --- truth ---

py_value py_bool(struct py_machine *m, int truth) { return truth < 0 ? 0 : py_simple(&m->values, PY_BOOL, truth); }

// An instance is true, unless its class has a word in it.
static int instance_truth(struct py_machine *m, py_value v) {
  py_address class = py_own_class(m, v);
  py_value says = py_special(m, v, CM_STR("__bool__")), length = py_special(m, v, CM_STR("__len__")), store = m->store;
  if (says == m->unbound && length == m->unbound && py_inside(m, v) != v) return py_truth(m, py_inside(m, v));
  if (says == m->unbound && length == m->unbound)
    return class && !py_class_attribute(m->heap, class, CM_STR("__bool__"), NULL) &&
                   !py_class_attribute(m->heap, class, CM_STR("__len__"), NULL)
               ? 1
               : -1;
  const struct py_cell *c = py_cell(&m->values, py_call(m, says == m->unbound ? length : says, &(struct py_arguments){0}));
  m->store = store;
  return c->kind == PY_BOOL || c->kind == PY_INT ? c->number != 0 : -1;
}

static int one_truth(struct py_machine *m, py_value v) {
  const struct py_cell *c = py_cell(&m->values, v);
  switch (c->kind) {
    case PY_NONE: return 0;
    case PY_BOOL:
    case PY_INT: return c->number != 0;
    case PY_TEXT: return c->text.size ? 1 : c->open ? -1 : 0;
    case PY_TUPLE: return c->count != 0;
    case PY_FUNCTION:
    case PY_BOUND: return 1;
    case PY_HEAP: {
      py_address at = (py_address)c->number;
      if (py_is(m->heap, at, PY_TYPE_TUPLE)) return py_length(m->heap, at) != 0;
      if (py_own_class(m, v)) return instance_truth(m, v);
      bool is_one;
      py_container_kind(m, v, &is_one);
      struct py_elements all = {.rest = 0};
      if (is_one && !py_object_of(m, v)) all = py_elements_of(m, v);
      if (is_one && all.rest == m->unbound) return all.count != 0;
      return py_is(m->heap, at, PY_TYPE_FUNCTION) || py_is(m->heap, at, PY_TYPE_MODULE) || py_is_a(m->heap, at, PY_TYPE_TYPE) ? 1
                                                                                                                              : -1;
    }
    case PY_OBJECT:
      if (py_object_of(m, v)->iterates) return 1;
      return py_object_of(m, v)->kind == PY_INSTANCE || py_object_of(m, v)->kind == PY_PARTIAL ? instance_truth(m, v) : -1;
    default: return -1;
  }
}

int py_truth(struct py_machine *m, py_value v) {
  if (py_kind(&m->values, v) == PY_OBJECT || py_kind(&m->values, v) == PY_HEAP) {
    py_value content = py_content(m, v);
    const struct py_object *object = py_object_of(m, v);
    if (content != m->unbound && !(object && object->iterates)) return py_truth(m, content);
  }
  int truth = one_truth(m, py_choice(&m->values, v, 0));
  for (uint32_t i = 1; i < py_choice_count(&m->values, v); i++)
    if (one_truth(m, py_choice(&m->values, v, i)) != truth) return -1;
  return truth;
}
