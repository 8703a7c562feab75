// The items of a component in words: one line each, for someone who looks at the bytes beside it.
//
// Names that the file's author chose are not put into the words; the row carries them apart, so that each writer can escape them.

#include "dump_rows.h"

#include <stdarg.h>

void tw_dump_say(struct tw_dump_row *row, const char *format, ...) {
  if (row->text_size >= sizeof row->text) {
    return;
  }
  va_list list;
  va_start(list, format);
  int n = vsnprintf(row->text + row->text_size, sizeof row->text - row->text_size, format, list);
  va_end(list);
  row->text_size += n > 0 ? (size_t)n : 0;
}

void tw_dump_say_count(struct tw_dump_row *row, uint64_t count, const char *what) {
  tw_dump_say(row, "%llu %s%s", (unsigned long long)count, what, count == 1 ? "" : "s");
}

static void say_valtype(struct tw_dump_row *row, struct cm_valtype type) {
  switch (type.kind) {
    case CM_VAL_NONE: tw_dump_say(row, "nothing"); break;
    case CM_VAL_PRIM: tw_dump_say(row, "%s", cm_prim_name(type.index)); break;
    case CM_VAL_TYPE: tw_dump_say(row, "type %u", type.index); break;
  }
}

// A word before the type and nothing where there is no type.
static void say_optional(struct tw_dump_row *row, const char *before, struct cm_valtype type) {
  if (type.kind != CM_VAL_NONE) {
    tw_dump_say(row, "%s", before);
    say_valtype(row, type);
  }
}

static void say_func(struct tw_dump_row *row, const struct cm_type *type) {
  tw_dump_say(row, "%sfunc, ", type->func.is_async ? "async " : "");
  tw_dump_say_count(row, type->func.param_count, "parameter");
  say_optional(row, ", result ", type->func.result);
  if (type->func.named_result_count) {
    tw_dump_say(row, ", ");
    tw_dump_say_count(row, type->func.named_result_count, "named result");
  }
}

static void say_resource(struct tw_dump_row *row, const struct cm_type *type) {
  tw_dump_say(row, "resource, rep 0x%02x", type->res.rep.code);
  if (type->res.has_dtor) {
    tw_dump_say(row, ", %sdtor core func %u", type->res.async_dtor ? "async " : "", type->res.dtor);
  }
}

static void say_type(struct tw_dump_row *row, const struct cm_type *type) {
  // Types that are a vector: what they are called, and what their members are.
  static const char *const vectors[][2] = {
      [CM_TYPE_RECORD] = {"record", "field"}, [CM_TYPE_VARIANT] = {"variant", "case"}, [CM_TYPE_TUPLE] = {"tuple", "member"},
      [CM_TYPE_FLAGS] = {"flags", "flag"},    [CM_TYPE_ENUM] = {"enum", "case"},
  };
  switch (type->kind) {
    case CM_TYPE_PRIM: tw_dump_say(row, "%s", cm_prim_name(type->prim)); break;
    case CM_TYPE_RECORD:
    case CM_TYPE_VARIANT:
    case CM_TYPE_TUPLE:
    case CM_TYPE_FLAGS:
    case CM_TYPE_ENUM:
      tw_dump_say(row, "%s, ", vectors[type->kind][0]);
      tw_dump_say_count(row, type->count, vectors[type->kind][1]);
      break;
    case CM_TYPE_LIST: say_optional(row, "list of ", type->element); break;
    case CM_TYPE_FIXED_LIST:
      say_optional(row, "list of ", type->element);
      tw_dump_say(row, ", %u long", type->length);
      break;
    case CM_TYPE_OPTION: say_optional(row, "option of ", type->element); break;
    case CM_TYPE_RESULT:
      tw_dump_say(row, "result");
      say_optional(row, ", ok ", type->element);
      say_optional(row, ", error ", type->error);
      break;
    case CM_TYPE_OWN: tw_dump_say(row, "own of type %u", type->resource); break;
    case CM_TYPE_BORROW: tw_dump_say(row, "borrow of type %u", type->resource); break;
    case CM_TYPE_STREAM:
      tw_dump_say(row, "stream of ");
      say_valtype(row, type->element);
      break;
    case CM_TYPE_FUTURE:
      tw_dump_say(row, "future of ");
      say_valtype(row, type->element);
      break;
    case CM_TYPE_MAP:
      say_optional(row, "map from ", type->key);
      say_optional(row, " to ", type->element);
      break;
    case CM_TYPE_FUNC: say_func(row, type); break;
    case CM_TYPE_RESOURCE: say_resource(row, type); break;
    case CM_TYPE_COMPONENT:
    case CM_TYPE_INSTANCE:
      tw_dump_say(row, "%s type, ", type->kind == CM_TYPE_COMPONENT ? "component" : "instance");
      tw_dump_say_count(row, type->scope ? type->scope->item_count : 0, "declarator");
      break;
  }
}

static void say_core_type(struct tw_dump_row *row, const struct cm_core_type *type) {
  static const char *const kinds[] = {[CORE_FUNC_TYPE] = "func", [CORE_STRUCT_TYPE] = "struct", [CORE_ARRAY_TYPE] = "array"};
  if (type->kind == CM_CORE_TYPE_MODULE) {
    tw_dump_say(row, "module type, ");
    tw_dump_say_count(row, type->module ? type->module->count : 0, "declarator");
  } else if (type->count == 1) {
    tw_dump_say(row, "%s", kinds[type->types[0].kind]);
  } else {
    tw_dump_say(row, "recursion group of ");
    tw_dump_say_count(row, type->count, "type");
  }
}

static void say_instance(struct tw_dump_row *row, const struct cm_item *item) {
  const struct cm_instance_expr *instance = &item->instance;
  const char *of = item->kind == CM_ITEM_CORE_INSTANCE ? "core module" : "component";
  if (instance->is_inline) {
    tw_dump_say_count(row, instance->count, "inline export");
  } else {
    tw_dump_say(row, "%s %u with ", of, instance->definition);
    tw_dump_say_count(row, instance->count, "argument");
  }
}

static void say_alias(struct tw_dump_row *row, const struct cm_alias *alias) {
  if (alias->kind == CM_ALIAS_OUTER) {
    tw_dump_say(row, "%s %u of the scope %u out", cm_sort_names[alias->sort], alias->index, alias->outer);
  } else {
    tw_dump_say(row, "%s exported by %s %u", cm_sort_names[alias->sort],
                alias->kind == CM_ALIAS_EXPORT ? "instance" : "core instance", alias->instance);
    row->name = alias->raw;
  }
}

static void say_externtype(struct tw_dump_row *row, const struct cm_externtype *type) {
  switch (type->sort) {
    case CM_SORT_VALUE:
      if (type->bound == CM_BOUND_EQ) {
        tw_dump_say(row, "value, eq %u", type->index);
      } else {
        say_optional(row, "value, ", type->value);
      }
      break;
    case CM_SORT_TYPE:
      if (type->bound == CM_BOUND_RESOURCE) {
        tw_dump_say(row, "type, sub resource");
      } else {
        tw_dump_say(row, "type, eq %u", type->index);
      }
      break;
    default:
      tw_dump_say(row, "%s, %stype %u", cm_sort_names[type->sort], type->sort == CM_SORT_CORE_MODULE ? "core " : "", type->index);
  }
}

static void say_options(struct tw_dump_row *row, const struct cm_canon_opts *opts) {
  const struct {
    const char *text;
    const uint32_t *index;
  } options[] = {
      {"utf8", NULL},
      {"utf16", NULL},
      {"latin1+utf16", NULL},
      {"memory", &opts->memory},
      {"realloc", &opts->realloc},
      {"post-return", &opts->post_return},
      {"async", NULL},
      {"callback", &opts->callback},
      {"core-type", &opts->core_type},
      {"gc", NULL},
  };
  for (uint8_t i = 0; i < opts->count; i++) {
    uint8_t code = opts->order[i];
    tw_dump_say(row, ", %s", options[code].text);
    if (options[code].index) {
      tw_dump_say(row, " %u", *options[code].index);
    }
  }
}

// By the letters of component/canon.def.
static void say_canon(struct tw_dump_row *row, const struct cm_canon *canon) {
  const struct cm_canon_info *info = &cm_canons[canon->kind];
  tw_dump_say(row, "%s", info->text);
  for (const char *letter = info->immediates; *letter; letter++) {
    switch (*letter) {
      case 'f': tw_dump_say(row, " %s %u", canon->kind == CM_CANON_LIFT ? "core func" : "func", canon->func); break;
      case 't': tw_dump_say(row, "%s type %u", canon->kind == CM_CANON_LIFT ? " as" : "", canon->type); break;
      case 'c': tw_dump_say(row, " core type %u", canon->type); break;
      case 'm': tw_dump_say(row, " memory %u", canon->memory); break;
      case 'b': tw_dump_say(row, " table %u", canon->table); break;
      case 'r': say_optional(row, " ", canon->result); break;
      case 'v': tw_dump_say(row, " 0x%02x", canon->context_type.code); break;
      case 'i': tw_dump_say(row, " slot %u", canon->context_index); break;
      case 'a': tw_dump_say(row, "%s", canon->is_async ? " async" : ""); break;
      case 'k': tw_dump_say(row, "%s", canon->is_cancellable ? " cancellable" : ""); break;
      case 's': tw_dump_say(row, "%s", canon->is_shared ? " shared" : ""); break;
      default: break;
    }
  }
  say_options(row, &canon->opts);
}

static void say_export(struct tw_dump_row *row, const struct cm_item *item) {
  const struct cm_export *export = &item->export;
  // A declarator is nothing but its type.
  if (item->section == UINT32_MAX) {
    say_externtype(row, &export->type);
    return;
  }
  tw_dump_say(row, "%s %u", cm_sort_names[export->what.sort], export->what.index);
  if (export->has_type) {
    tw_dump_say(row, " as ");
    say_externtype(row, &export->type);
  }
}

static void take_name(struct tw_dump_row *row, const struct cm_name *name) {
  row->name = name->raw;
  row->attributes = name->has_implements || name->has_version_suffix || name->has_external_id ? name : NULL;
}

void tw_dump_describe(const struct cm_item *item, struct tw_dump_row *row) {
  static const char *const kinds[] = {
      [CM_ITEM_CORE_MODULE] = "core module",
      [CM_ITEM_CORE_INSTANCE] = "core instance",
      [CM_ITEM_CORE_TYPE] = "core type",
      [CM_ITEM_COMPONENT] = "component",
      [CM_ITEM_INSTANCE] = "instance",
      [CM_ITEM_ALIAS] = "alias",
      [CM_ITEM_TYPE] = "type",
      [CM_ITEM_CANON] = "canon",
      [CM_ITEM_START] = "start",
      [CM_ITEM_IMPORT] = "import",
      [CM_ITEM_EXPORT] = "export",
      [CM_ITEM_VALUE] = "value",
      [CM_ITEM_CUSTOM] = "custom",
  };
  row->kind = kinds[item->kind];
  // Of an item that was not read to its end only the name can be relied on.
  if (item->kind == CM_ITEM_IMPORT) {
    take_name(row, &item->import.name);
  } else if (item->kind == CM_ITEM_EXPORT) {
    take_name(row, &item->export.name);
  } else if (item->kind == CM_ITEM_CUSTOM) {
    row->name = item->custom.name;
  }
  if (row->broken) {
    return;
  }
  switch (item->kind) {
    case CM_ITEM_CORE_MODULE: tw_dump_summarise_core(item->module, row); break;
    case CM_ITEM_COMPONENT: tw_dump_say_count(row, item->component->section_count, "section"); break;
    case CM_ITEM_CORE_INSTANCE:
    case CM_ITEM_INSTANCE: say_instance(row, item); break;
    case CM_ITEM_CORE_TYPE: say_core_type(row, item->core_type); break;
    case CM_ITEM_ALIAS: say_alias(row, &item->alias); break;
    case CM_ITEM_TYPE: say_type(row, item->type); break;
    case CM_ITEM_CANON: say_canon(row, &item->canon); break;
    case CM_ITEM_START:
      tw_dump_say(row, "func %u, ", item->start.func);
      tw_dump_say_count(row, item->start.argument_count, "argument");
      break;
    case CM_ITEM_IMPORT: say_externtype(row, &item->import.type); break;
    case CM_ITEM_EXPORT: say_export(row, item); break;
    case CM_ITEM_VALUE:
      say_valtype(row, item->value.type);
      tw_dump_say(row, ", ");
      tw_dump_say_count(row, item->value.bytes.size, "byte");
      break;
    case CM_ITEM_CUSTOM: tw_dump_say_count(row, item->custom.bytes.size, "byte"); break;
  }
}
