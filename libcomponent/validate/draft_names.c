// Import names of former drafts, which tools still read: names that say where an implementation is to be found.
//
//   depname      ::= 'unlocked-dep=<' pkgpath verrange? '>' | 'locked-dep=<' pkgpath ('@' semver)? '>' (',' hashname)?
//   urlname      ::= 'url=<' nonbrackets '>' (',' hashname)?
//   hashname     ::= 'integrity=<' integrity-metadata '>'
//   pkgpath      ::= (words ':')+ words ('/' label)*
//   verrange     ::= '@*' | '@{>=' semver '}' | '@{<' semver '}' | '@{>=' semver ' <' semver '}'
//
// Spec: Explainer.md, "Import and Export Definitions", as it was until 2025; https://www.w3.org/TR/SRI/ for integrity-metadata.

#include "validate/space.h"

static bool eat(struct cm_str *text, const char *prefix) {
  struct cm_str wanted = cm_str_of(prefix);
  if (!cm_str_starts(*text, wanted)) return false;
  *text = (struct cm_str){text->at + wanted.size, text->size - wanted.size};
  return true;
}

// Up to `end`, which is left; all where it is not there.
static struct cm_str take_until(struct cm_str *text, const char *ends) {
  size_t n = 0;
  while (n < text->size && !strchr(ends, text->at[n])) n++;
  struct cm_str taken = {text->at, n};
  *text = (struct cm_str){text->at + n, text->size - n};
  return taken;
}

static const char *path_fault(struct validator *v, struct cm_str *text) {
  bool nested = has_feature(v, CM_FEATURE_CM_NESTED_NAMES);
  uint32_t colons = 0, slashes = 0;
  for (;;) {
    if (!name_is_words(take_until(text, ":/@>"))) return "its package is not in kebab case, of lower-case words";
    if (!eat(text, ":")) break;
    if (++colons > 1 && !nested) return "nested names need the feature cm-nested-names";
  }
  if (!colons) return "expected a namespace with `:` behind it";
  while (eat(text, "/")) {
    if (++slashes > 1 && !nested) return "nested names need the feature cm-nested-names";
    if (!cm_is_label(take_until(text, "/@>"))) return "its projection is not in kebab case";
  }
  return NULL;
}

static const char *range_fault(struct cm_str *text) {
  if (!eat(text, "@")) return NULL;
  if (eat(text, "*")) return NULL;
  if (!eat(text, "{")) return "expected `{` or `*` behind `@`";
  struct cm_str range = take_until(text, "}");
  if (!eat(text, "}")) return "expected `}` behind the version range";
  if (cm_str_is(range, "*")) return NULL;
  bool lower = eat(&range, ">=");
  if (lower) {
    if (semver_fault(take_until(&range, " "))) return "the lower bound is not a valid version";
    if (!range.size) return NULL;
    if (!eat(&range, " ")) return "expected a space between the bounds";
  }
  if (!eat(&range, "<"))
    return lower ? "expected `<` at start of version range upper bounds" : "expected `>=` or `<` at start of version range";
  return semver_fault(range) ? "the upper bound is not a valid version" : NULL;
}

static bool is_base64(struct cm_str text) {
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  size_t n = 0, padding = 0;
  while (n < text.size && text.at[n] && strchr(alphabet, text.at[n])) n++;
  while (n + padding < text.size && padding < 2 && text.at[n + padding] == '=') padding++;
  return n && n + padding == text.size;
}

// Hashes with white space between them, each of which may have options behind a `?`.
static const char *integrity_fault(struct cm_str *text) {
  static const char space[] = " \t\n\f\r";
  struct cm_str metadata = take_until(text, ">");
  bool any = false;
  while (metadata.size) {
    struct cm_str hash = take_until(&metadata, space);
    if (metadata.size) metadata = (struct cm_str){metadata.at + 1, metadata.size - 1};
    if (!hash.size) continue;
    any = true;
    if (!eat(&hash, "sha256") && !eat(&hash, "sha384") && !eat(&hash, "sha512")) return "unrecognized hash algorithm";
    if (!eat(&hash, "-")) return "expected `-` after hash algorithm";
    if (!is_base64(take_until(&hash, "?"))) return "not valid base64";
  }
  if (!any) return "integrity hash cannot be empty";
  return eat(text, ">") ? NULL : "expected `>` behind the hash";
}

static const char *optional_hash_fault(struct cm_str *text) {
  if (!eat(text, ",")) return NULL;
  return eat(text, "integrity=<") ? integrity_fault(text) : "expected `integrity=<` behind the comma";
}

static const char *dependency_fault(struct validator *v, struct cm_str *text, bool locked) {
  const char *fault = path_fault(v, text);
  if (!fault && !locked) fault = range_fault(text);
  if (!fault && locked && eat(text, "@") && semver_fault(take_until(text, ">"))) fault = "its version is not valid";
  if (!fault && !eat(text, ">")) fault = "expected `>` behind the package";
  return fault || !locked ? fault : optional_hash_fault(text);
}

static const char *url_fault(struct cm_str *text) {
  struct cm_str url = take_until(text, ">");
  if (url.size && memchr(url.at, '<', url.size)) return "url cannot contain `<`";
  return eat(text, ">") ? optional_hash_fault(text) : "expected `>` behind the url";
}

bool parse_draft_name(struct validator *v, struct cm_str name, const char **fault) {
  if (eat(&name, "unlocked-dep=<"))
    *fault = dependency_fault(v, &name, false);
  else if (eat(&name, "locked-dep=<"))
    *fault = dependency_fault(v, &name, true);
  else if (eat(&name, "url=<"))
    *fault = url_fault(&name);
  else if (eat(&name, "integrity=<"))
    *fault = integrity_fault(&name);
  else
    return false;
  if (!*fault && name.size) *fault = "trailing characters found behind it";
  return true;
}
