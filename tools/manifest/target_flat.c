// Target `flat`: a folder for a host without Kubernetes.
//
// Files that are linked to each other (one exports what the other imports) are one workload; any other is a workload of its own, so that
// each is started and replaced by itself, and several that export wasi:cli/run can lie in one folder. The objects of each come first,
// numbered with it. There is no operator that would fetch ExternalSecrets: what they would bring is a Secret to fill in. The script that
// starts it all is the same for every folder; it does what the operator does (flat_start.py).

#include "flat_start.h"
#include "parts.h"
#include "render.h"

// Which group each file belongs to: the lowest index of those that it is linked with.
static void join(size_t *group, size_t count, size_t a, size_t b) {
  size_t from = group[a] > group[b] ? group[a] : group[b], to = group[a] > group[b] ? group[b] : group[a];
  for (size_t i = 0; i < count; i++) {
    group[i] = group[i] == from ? to : group[i];
  }
}

static bool linked(const struct cm_needs *importer, const struct cm_needs *exporter) {
  for (uint32_t i = 0; i < importer->import_count; i++) {
    for (uint32_t e = 0; e < exporter->export_count; e++) {
      if (importer->imports[i].sort == CM_SORT_INSTANCE && exporter->exports[e].sort == CM_SORT_INSTANCE &&
          cm_str_equal(importer->imports[i].name, exporter->exports[e].name)) {
        return true;
      }
    }
  }
  return false;
}

static size_t *group_files(struct tw_rendering *rendering) {
  const struct tw_workload *workload = rendering->workload;
  size_t count = workload->component_count;
  size_t *group = cm_alloc_array(rendering->arena, count, sizeof *group);
  for (size_t i = 0; group && i < count; i++) {
    group[i] = i;
  }
  for (size_t a = 0; group && a < count; a++) {
    for (size_t b = 0; b < count; b++) {
      if (a != b && !workload->components[b].service &&
          linked(&workload->components[a].app->document->needs, &workload->components[b].app->document->needs)) {
        join(group, count, a, b);
      }
    }
  }
  return group;
}

// There is nobody to fetch them.
static void without_externals(struct tw_workload *workload) {
  for (size_t i = 0; i < workload->object_count; i++) {
    if (workload->objects[i].kind == TW_OBJECT_EXTERNAL) {
      workload->objects[i].kind = TW_OBJECT_SECRET;
    }
  }
  for (size_t i = 0; i < workload->note_count; i++) {
    struct tw_note *note = &workload->notes[i];
    if (note->left == TW_LEFT_EXTERNAL) {
      static const struct cm_str external = {"External", 8};
      bool named = cm_str_starts(note->object, external);
      note->left = TW_LEFT_VALUE;
      note->object = named ? (struct cm_str){note->object.at + external.size, note->object.size - external.size} : note->object;
    }
  }
}

// The warnings of the whole stay, what is left is each workload's own; so its notes are taken over but for the warnings that it shares
// with the whole, which are those from before it was asked what is refused.
static void keep_notes(struct tw_rendering *rendering, const struct tw_workload *from, size_t shared) {
  struct tw_workload *to = rendering->workload;
  for (size_t i = 0; i < from->note_count; i++) {
    if ((from->notes[i].kind != TW_NOTE_WARNING || i >= shared) &&
        cm_grow(rendering->arena, &to->notes, &to->note_room, to->note_count, sizeof *to->notes)) {
      to->notes[to->note_count++] = from->notes[i];
    }
  }
}

static void keep_warnings(struct tw_workload *workload) {
  size_t kept = 0;
  for (size_t i = 0; i < workload->note_count; i++) {
    if (workload->notes[i].kind == TW_NOTE_WARNING) {
      workload->notes[kept++] = workload->notes[i];
    }
  }
  workload->note_count = kept;
}

static void render_group(struct tw_rendering *rendering, struct tw_workload *workload, size_t number) {
  struct tw_rendering inner = *rendering;
  inner.workload = workload;
  without_externals(workload);
  const char *name = tw_formatted(rendering->arena, "%02zu-%.*s", number, CM_STR_ARG(workload->name));
  if (workload->object_count) {
    struct tw_file *file = tw_render_file(&inner, tw_formatted(rendering->arena, "%s-1-objects.yaml", name), TW_FILE_YAML);
    if (file) {
      tw_render_objects(&inner, file, TW_FOR_ALL);
    }
  }
  struct tw_file *file = tw_render_file(&inner, tw_formatted(rendering->arena, "%s-2-workload.yaml", name), TW_FILE_YAML);
  if (file) {
    tw_render_deployment(&inner, file, tw_render_heading(&inner));
  }
  rendering->files = inner.files;
  rendering->file_count = inner.file_count;
  rendering->file_room = inner.file_room;
}

// The workload of one group of files, rendered.
static void make_group(struct tw_rendering *rendering, const struct tw_app *apps, size_t count, struct cm_str name, size_t number) {
  const struct tw_workload *whole = rendering->workload;
  struct tw_workload *workload = cm_alloc(rendering->arena, sizeof *workload);
  struct tw_workload_options *options = cm_alloc(rendering->arena, sizeof *options);
  if (!workload || !options) {
    return;
  }
  *options = *whole->options;
  // One name cannot be that of several.
  options->name = count == whole->component_count ? options->name : name.at;
  if (tw_workload_make(rendering->arena, apps, count, options, workload, NULL)) {
    size_t shared = workload->note_count;
    if (tw_workload_refuse(rendering->arena, workload) == 0) {
      render_group(rendering, workload, number);
    }
    keep_notes(rendering, workload, shared);
  }
}

void tw_render_flat(struct tw_rendering *rendering) {
  struct tw_workload *whole = rendering->workload;
  size_t *group = group_files(rendering);
  size_t number = 10;
  keep_warnings(whole);
  for (size_t first = 0; group && first < whole->component_count; first++) {
    size_t count = 0;
    struct tw_app *apps = cm_alloc_array(rendering->arena, whole->component_count, sizeof *apps);
    for (size_t i = first; apps && i < whole->component_count; i++) {
      if (group[i] == first) {
        apps[count++] = *whole->components[i].app;
      }
    }
    if (count > 0) {
      make_group(rendering, apps, count, whole->components[first].name, number);
      number += 10;
    }
  }
  struct tw_file *start = tw_render_file(rendering, "start", TW_FILE_TEXT);
  if (start) {
    start->text = cm_str_of(tw_flat_start);
    start->executable = true;
  }
}
