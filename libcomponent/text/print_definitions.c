// Definitions of components that are no types, as text.
//
// Spec: Explainer.md, "Instance Definitions", "Alias Definitions", "Canonical Definitions", "Start Definitions", "Import and Export
// Definitions", "Value Definitions".

#include "text/print_component.h"

// Names.

void put_extern_name(struct printer *p, const struct cm_name *name) {
  static const char *const words[] = {
      [CM_ATTRIBUTE_IMPLEMENTS] = "implements",
      [CM_ATTRIBUTE_VERSION_SUFFIX] = "versionsuffix",
      [CM_ATTRIBUTE_EXTERNAL_ID] = "external-id",
  };
  put_char(p, ' ');
  put_name_literal(p, name->raw.at ? name->raw : name->name);
  for (uint32_t i = 0; i < name->attribute_count && !p->failed; i++) {
    sub_form(p, words[name->attributes[i].code]);
    put_char(p, ' ');
    put_name_literal(p, name->attributes[i].text);
    close_form(p);
  }
}

// Instances.

// (export "a" (func 0)), in core instances without the `core` of the sort, which all of theirs have.
static void print_inline_exports(struct scope_printer *s, const struct cm_instance_expr *instance, bool is_core) {
  struct printer *p = s->p;
  p->indent++;
  for (uint32_t i = 0; i < instance->count && !p->failed; i++) {
    const struct cm_argument *export = &instance->arguments[i];
    put_line(p, NO_OFFSET);
    open_form(p, "export");
    put_extern_name(p, &export->name);
    put_char(p, ' ');
    if (is_core) {
      open_form(p, cm_sort_names[export->what.sort] + strlen("core "));
      put_index(s, export->what.sort, export->what.index);
      close_form(p);
    } else {
      put_sortidx(s, export->what);
    }
    close_form(p);
  }
  p->indent--;
  if (instance->count) put_line(p, NO_OFFSET);
}

static void print_arguments(struct scope_printer *s, const struct cm_instance_expr *instance, bool is_core) {
  struct printer *p = s->p;
  p->indent += 2;
  for (uint32_t i = 0; i < instance->count && !p->failed; i++) {
    const struct cm_argument *argument = &instance->arguments[i];
    put_line(p, NO_OFFSET);
    open_form(p, "with");
    put_extern_name(p, &argument->name);
    put_char(p, ' ');
    if (is_core) {
      open_form(p, "instance");
      put_index(s, CM_SORT_CORE_INSTANCE, argument->what.index);
      close_form(p);
    } else {
      put_sortidx(s, argument->what);
    }
    close_form(p);
  }
  p->indent -= 2;
  if (!instance->count) return;
  p->indent++;
  put_line(p, NO_OFFSET);
  p->indent--;
}

void print_instance(struct scope_printer *s, const struct cm_item *item) {
  const struct cm_instance_expr *instance = &item->instance;
  struct printer *p = s->p;
  bool is_core = item->kind == CM_ITEM_CORE_INSTANCE;
  open_definition(s, is_core ? CM_SORT_CORE_INSTANCE : CM_SORT_INSTANCE);
  if (instance->is_inline) {
    print_inline_exports(s, instance, is_core);
    close_form(p);
    return;
  }
  sub_form(p, "instantiate");
  put_index(s, is_core ? CM_SORT_CORE_MODULE : CM_SORT_COMPONENT, instance->definition);
  print_arguments(s, instance, is_core);
  close_form(p);
  if (instance->count) put_line(p, NO_OFFSET);
  close_form(p);
}

// Aliases.

void put_outer(struct scope_printer *s, enum cm_sort sort, uint32_t count, uint32_t index) {
  const struct scope_printer *scope = s;
  for (uint32_t i = 0; scope && i < count; i++) scope = scope->up;
  put_text(s->p, " outer");
  put_number(s->p, count);
  if (scope)
    put_index(scope, sort, index);
  else
    put_number(s->p, index);
}

void print_alias(struct scope_printer *s, const struct cm_alias *alias) {
  struct printer *p = s->p;
  open_form(p, "alias");
  if (alias->kind == CM_ALIAS_OUTER) {
    put_outer(s, alias->sort, alias->outer, alias->index);
  } else {
    bool is_core = alias->kind == CM_ALIAS_CORE_EXPORT;
    put_text(p, is_core ? " core export" : " export");
    put_index(s, is_core ? CM_SORT_CORE_INSTANCE : CM_SORT_INSTANCE, alias->instance);
    put_char(p, ' ');
    put_name_literal(p, alias->raw.at ? alias->raw : alias->name);
  }
  put_char(p, ' ');
  open_definition(s, alias->sort);
  put_text(p, "))");
}

// Canonical definitions, as component/canon.def lists them.

static void put_options(struct scope_printer *s, const struct cm_canon_opts *opts) {
  struct printer *p = s->p;
  for (uint8_t i = 0; i < opts->count; i++) {
    const struct cm_canon_option_info *info = &cm_canon_options[opts->order[i]];
    put_char(p, ' ');
    if (info->sort == CM_SORT_COUNT) {
      word(p, info->text);
      continue;
    }
    open_form(p, info->text);
    put_index(s, info->sort, opts->indices[i]);
    close_form(p);
  }
}

static void put_function(struct scope_printer *s, enum cm_sort sort, uint32_t index) {
  put_char(s->p, ' ');
  put_sortidx(s, (struct cm_sortidx){sort, index});
}

static void put_immediate(struct scope_printer *s, char letter, const struct cm_canon *canon) {
  struct printer *p = s->p;
  switch (letter) {
    case 'z': break;
    case 'f': put_function(s, canon->kind == CM_CANON_LIFT ? CM_SORT_CORE_FUNC : CM_SORT_FUNC, canon->func); break;
    case 't':
      if (canon->kind != CM_CANON_LIFT) put_index(s, CM_SORT_TYPE, canon->type);  // of lift it stands in front
      break;
    case 'c': put_index(s, CM_SORT_CORE_TYPE, canon->type); break;
    case 'm':
      sub_form(p, "memory");
      put_index(s, CM_SORT_CORE_MEMORY, canon->memory);
      close_form(p);
      break;
    case 'b': put_index(s, CM_SORT_CORE_TABLE, canon->table); break;
    case 'o': put_options(s, &canon->opts); break;
    case 'r': put_result_list(s, canon->result, canon->named_result_count, canon->named_results); break;
    case 'v': put_core_valtype(p, &s->spaces[CM_SORT_CORE_TYPE], canon->context_type); break;
    case 'i': put_number(p, canon->context_index); break;
    case 'a': put_text(p, canon->is_async ? " async" : ""); break;
    case 'k': put_text(p, canon->is_cancellable ? " cancellable" : ""); break;
    default: put_text(p, canon->has_shared_byte && canon->is_shared ? " shared" : ""); break;  // 's'
  }
}

void print_canon(struct scope_printer *s, const struct cm_canon *canon) {
  struct printer *p = s->p;
  bool is_lift = canon->kind == CM_CANON_LIFT;
  open_definition(s, is_lift ? CM_SORT_FUNC : CM_SORT_CORE_FUNC);
  if (is_lift) {
    sub_form(p, "type");
    put_index(s, CM_SORT_TYPE, canon->type);
    close_form(p);
  }
  put_text(p, " (canon ");
  word(p, cm_canons[canon->kind].text);
  for (const char *letter = cm_canons[canon->kind].immediates; *letter; letter++) put_immediate(s, *letter, canon);
  put_text(p, "))");
}

// Start, imports, exports, values.

void print_start(struct scope_printer *s, const struct cm_start *start) {
  struct printer *p = s->p;
  open_form(p, "start");
  put_index(s, CM_SORT_FUNC, start->func);
  for (uint32_t i = 0; i < start->argument_count; i++) {
    put_char(p, ' ');
    put_sortidx(s, (struct cm_sortidx){CM_SORT_VALUE, start->arguments[i]});
  }
  for (uint32_t i = 0; i < start->result_count; i++) {
    put_text(p, " (result (value");
    put_next(s, CM_SORT_VALUE);
    put_text(p, "))");
  }
  close_form(p);
}

// What stands behind the sort in an externtype.
static void put_bound(struct scope_printer *s, const struct cm_externtype *type) {
  struct printer *p = s->p;
  if (type->bound == CM_BOUND_RESOURCE) {
    put_text(p, " (sub resource)");
  } else if (type->bound == CM_BOUND_EQ) {
    sub_form(p, "eq");
    put_index(s, type->sort, type->index);
    close_form(p);
  } else if (type->sort == CM_SORT_VALUE) {
    put_value_type(s, type->value);
  } else {
    sub_form(p, "type");
    put_index(s, type->sort == CM_SORT_CORE_MODULE ? CM_SORT_CORE_TYPE : CM_SORT_TYPE, type->index);
    close_form(p);
  }
}

static void put_externtype(struct scope_printer *s, const struct cm_externtype *type) {
  sub_form(s->p, cm_sort_names[type->sort]);
  put_bound(s, type);
  close_form(s->p);
}

void print_import(struct scope_printer *s, const struct cm_import *import) {
  struct printer *p = s->p;
  open_form(p, "import");
  put_extern_name(p, &import->name);
  put_char(p, ' ');
  open_definition(s, import->type.sort);
  // What bounds it refers to what was before it.
  put_bound(s, &import->type);
  put_text(p, "))");
}

void print_export(struct scope_printer *s, const struct cm_export *export) {
  struct printer *p = s->p;
  open_form(p, "export");
  put_next(s, export->what.sort);
  put_extern_name(p, &export->name);
  put_char(p, ' ');
  put_sortidx(s, export->what);
  if (export->has_type) put_externtype(s, &export->type);
  close_form(p);
}

void print_export_decl(struct scope_printer *s, const struct cm_export *export) {
  open_form(s->p, "export");
  put_next(s, export->type.sort);
  put_extern_name(s->p, &export->name);
  put_externtype(s, &export->type);
  close_form(s->p);
}

// As bytes, which the text has a form for: so it says the same without knowing the type.
void print_value(struct scope_printer *s, const struct cm_value *value) {
  open_definition(s, CM_SORT_VALUE);
  put_value_type(s, value->type);
  put_text(s->p, " (binary ");
  put_data_literal(s->p, value->bytes);
  put_text(s->p, "))");
}
