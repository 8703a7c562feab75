// What existing manifests grant: references followed, layers in order, places kept, hostile documents bounded.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "manifest/grants.h"
#include "unit/doc_text.h"

static struct doc_text t;
static struct tw_grants grants;

static int setup(void **state) {
  (void)state;
  doc_start(&t);
  return 0;
}

static int teardown(void **state) {
  (void)state;
  doc_end(&t);
  return 0;
}

static void read_grants(const char *text) {
  if (!doc_read(&t, text)) {
    fail_msg("%u:%u: %s", (unsigned)t.fault.at.line, (unsigned)t.fault.at.column, t.fault.message);
  }
  const struct tw_doc **docs = cm_alloc_array(&t.arena, t.count, sizeof *docs);
  for (size_t i = 0; i < t.count; i++) {
    docs[i] = &t.docs[i];
  }
  assert_true(tw_grants_read(&t.arena, docs, t.count, &grants, NULL));
}

static const struct tw_granted_key *key_of(const struct tw_granted_map *map, const char *key) {
  const struct tw_granted_key *found = tw_granted_map_get(map, cm_str_of(key));
  if (!found) {
    fail_msg("there is no key %s", key);
  }
  return found;
}

static void assert_str(struct cm_str text, const char *wanted) {
  if (!cm_str_is(text, wanted)) {
    fail_msg("\"%.*s\" is not \"%s\"", CM_STR_ARG(text), wanted);
  }
}

static const char deployment[] = "apiVersion: v1\n"
                                 "kind: ConfigMap\n"
                                 "metadata: {name: shop-env}\n"
                                 "data:\n"
                                 "  LOG_LEVEL: info\n"
                                 "  REGION: replace-me\n"
                                 "---\n"
                                 "apiVersion: v1\n"
                                 "kind: Secret\n"
                                 "metadata: {name: shop-secrets}\n"
                                 "data: {TOKEN: c2VjcmV0, OLD: ''}\n"
                                 "stringData: {REGION: north}\n"
                                 "---\n"
                                 "apiVersion: external-secrets.io/v1\n"
                                 "kind: ExternalSecret\n"
                                 "metadata: {name: from-vault}\n"
                                 "spec:\n"
                                 "  target: {name: shop-label}\n"
                                 "  data:\n"
                                 "  - secretKey: db-password\n"
                                 "    remoteRef: {key: prod/db}\n"
                                 "---\n"
                                 "apiVersion: runtime.wasmcloud.dev/v1alpha1\n"
                                 "kind: WorkloadDeployment\n"
                                 "metadata: {name: shop, namespace: prod}\n"
                                 "spec:\n"
                                 "  template:\n"
                                 "    spec:\n"
                                 "      hostInterfaces:\n"
                                 "      - namespace: wasmcloud\n"
                                 "        package: secrets\n"
                                 "        name: db-password\n"
                                 "        version: 2.1.0\n"
                                 "        interfaces: [secret]\n"
                                 "        secretFrom: [{name: shop-label}]\n"
                                 "      components:\n"
                                 "      - name: shop\n"
                                 "        image: registry.example/team/shop:1.2@sha256:00\n"
                                 "        localResources:\n"
                                 "          environment:\n"
                                 "            config: {LOG_LEVEL: debug}\n"
                                 "            configFrom: [{name: shop-env}, {name: absent}]\n"
                                 "            secretFrom: [{name: shop-secrets}]\n"
                                 "          config: {theme: dark}\n"
                                 "          allowedHosts: [api.example, '*.cdn.example:443']\n"
                                 "          volumeMounts: [{name: files, mountPath: /data, readOnly: true}]\n"
                                 "      service:\n"
                                 "        image: registry.example/team/runner\n"
                                 "      volumes: [{name: files, ephemeral: {}}]\n";

static void test_layers_and_places(void **state) {
  (void)state;
  read_grants(deployment);
  assert_int_equal(grants.workload_count, 1);
  const struct tw_granted_workload *workload = &grants.workloads[0];
  assert_str(workload->name, "shop");
  assert_int_equal(workload->kind, TW_GRANTS_WORKLOAD);
  assert_int_equal(workload->component_count, 2);
  const struct tw_granted_component *shop = &workload->components[0];
  const struct tw_granted_map *env = &shop->env;
  assert_int_equal(env->object_count, 3);
  assert_true(env->open);  // `absent` may hold anything
  assert_true(env->objects[0].found);
  assert_false(env->objects[1].found);

  // The last layer counts: the ConfigMap's value covers the literal, the Secret's that of the ConfigMap.
  const struct tw_granted_key *level = key_of(env, "LOG_LEVEL");
  assert_int_equal(level->via, TW_VIA_CONFIG_MAP);
  assert_str(level->value, "info");
  assert_str(level->object, "shop-env");
  assert_int_equal(level->at.at.line, 5);
  assert_int_equal(level->at.at.column, 3);
  assert_int_equal(level->from.at.line, 42);
  assert_false(level->shadowed);
  assert_true(env->keys[0].shadowed);
  assert_int_equal(env->keys[0].via, TW_VIA_LITERAL);
  assert_int_equal(env->keys[0].at.at.line, 41);
  assert_int_equal(key_of(env, "REGION")->via, TW_VIA_SECRET);

  // Values of secrets are not kept, only what they look like.
  assert_int_equal(key_of(env, "TOKEN")->state, TW_VALUE_GIVEN);
  assert_int_equal(key_of(env, "TOKEN")->value.size, 0);
  assert_int_equal(key_of(env, "OLD")->state, TW_VALUE_EMPTY);
  assert_int_equal(env->keys[2].state, TW_VALUE_PLACEHOLDER);

  assert_str(key_of(&shop->config, "theme")->value, "dark");
  assert_true(shop->hosts.present);
  assert_int_equal(shop->hosts.count, 2);
  assert_str(shop->hosts.words[1].text, "*.cdn.example:443");
  assert_int_equal(shop->hosts.words[1].at.at.line, 45);
  assert_false(shop->names.present);
  assert_int_equal(shop->mount_count, 1);
  assert_true(shop->mounts[0].read_only);
  assert_int_equal(workload->volumes.count, 1);
  assert_true(workload->components[1].service);
  assert_false(workload->components[1].hosts.present);
}

static void test_external_secret(void **state) {
  (void)state;
  read_grants(deployment);
  const struct tw_granted_workload *workload = &grants.workloads[0];
  assert_int_equal(workload->interface_count, 1);
  const struct tw_granted_interface *entry = &workload->interfaces[0];
  assert_str(entry->name, "db-password");
  assert_str(entry->version, "2.1.0");
  assert_int_equal(entry->interfaces.count, 1);
  const struct tw_granted_key *key = key_of(&entry->config, "db-password");
  assert_int_equal(key->via, TW_VIA_EXTERNAL_SECRET);
  assert_int_equal(key->state, TW_VALUE_ELSEWHERE);
  assert_int_equal(key->at.at.line, 20);
  assert_false(entry->config.open);
}

static void test_find(void **state) {
  (void)state;
  const struct tw_granted_workload *workload = NULL;
  read_grants(deployment);
  assert_ptr_equal(tw_grants_find(&grants, CM_STR("shop"), false, &workload), &grants.workloads[0].components[0]);
  assert_ptr_equal(workload, &grants.workloads[0]);
  // A service has no name; its image has.
  assert_ptr_equal(tw_grants_find(&grants, CM_STR("runner"), false, NULL), &grants.workloads[0].components[1]);
  assert_null(tw_grants_find(&grants, CM_STR("stranger"), true, &workload));
  assert_null(workload);
}

static void test_the_only_one(void **state) {
  (void)state;
  read_grants("apiVersion: runtime.wasmcloud.dev/v1alpha1\nkind: Workload\nmetadata: {name: a}\n"
              "spec: {components: [{name: x, image: y}]}\n");
  assert_null(tw_grants_find(&grants, CM_STR("app"), false, NULL));
  assert_non_null(tw_grants_find(&grants, CM_STR("app"), true, NULL));
}

static void test_namespaces(void **state) {
  (void)state;
  read_grants("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: other}\ndata: {A: '1'}\n---\n"
              "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: d}\ndata: {B: '1'}\n---\n"
              "apiVersion: runtime.wasmcloud.dev/v1alpha1\nkind: Workload\nmetadata: {name: a, namespace: mine}\n"
              "spec: {components: [{name: x, image: y, localResources: {environment: {configFrom: [{name: c}, {name: d}]}}}]}\n");
  const struct tw_granted_map *env = &grants.workloads[0].components[0].env;
  assert_int_equal(env->key_count, 1);
  assert_str(env->keys[0].key, "B");
  assert_true(env->open);
}

static void test_list_and_data_from(void **state) {
  (void)state;
  read_grants(
      "apiVersion: v1\nkind: List\nitems:\n"
      "- {apiVersion: external-secrets.io/v1, kind: ExternalSecret, metadata: {name: all}, spec: {dataFrom: [{extract: {key: k}}]}}\n"
      "- apiVersion: runtime.wasmcloud.dev/v1alpha1\n  kind: WorkloadDeployment\n  metadata: {name: a}\n"
      "  spec: {template: {spec: {components: [{name: x, image: y, localResources: {environment: {secretFrom: [{name: all}]}}}]}}}\n");
  const struct tw_granted_map *env = &grants.workloads[0].components[0].env;
  assert_true(env->objects[0].found);
  assert_true(env->objects[0].whole);
  assert_true(env->open);
  assert_int_equal(env->key_count, 0);
}

static void test_wash(void **state) {
  (void)state;
  read_grants("build: {command: 'true', component_path: out/shop.wasm}\n"
              "dev:\n"
              "  host_interfaces:\n"
              "  - {namespace: wasi, package: config, interfaces: [store], config: {theme: dark}}\n"
              "  components:\n"
              "  - {name: cart, file: cart.wasm, environment: {config: {LEVEL: debug}}, allowedHosts: []}\n"
              "workload:\n"
              "  environment: {config: {LEVEL: info}, configFrom: [defaults], secretFrom: [tokens, files]}\n"
              "  allowedHosts: [api.example]\n"
              "configs: {defaults: {inline: {REGION: ''}}}\n"
              "secrets: {tokens: {fromEnv: [TOKEN]}, files: {file: .wash/x.env}}\n");
  assert_int_equal(grants.workload_count, 1);
  const struct tw_granted_workload *workload = &grants.workloads[0];
  assert_int_equal(workload->kind, TW_GRANTS_WASH);
  assert_int_equal(workload->component_count, 2);
  const struct tw_granted_component *shop = &workload->components[0], *cart = &workload->components[1];
  assert_str(shop->name, "shop");
  assert_str(key_of(&shop->env, "LEVEL")->value, "info");
  assert_int_equal(key_of(&shop->env, "REGION")->state, TW_VALUE_EMPTY);
  assert_int_equal(key_of(&shop->env, "TOKEN")->via, TW_VIA_SECRET);
  assert_int_equal(key_of(&shop->env, "TOKEN")->state, TW_VALUE_ELSEWHERE);
  assert_true(shop->env.open);  // what .wash/x.env holds is not known
  assert_int_equal(shop->hosts.count, 1);
  // Its own is laid over the workload's; lists replace.
  assert_str(key_of(&cart->env, "LEVEL")->value, "debug");
  assert_non_null(tw_granted_map_get(&cart->env, CM_STR("TOKEN")));
  assert_true(cart->hosts.present);
  assert_int_equal(cart->hosts.count, 0);
  assert_str(key_of(&workload->interfaces[0].config, "theme")->value, "dark");
}

static void test_shapes_that_are_wrong(void **state) {
  (void)state;
  read_grants("apiVersion: runtime.wasmcloud.dev/v1alpha1\nkind: WorkloadDeployment\nmetadata: x\n"
              "spec: {template: {spec: {components: [1, [], {localResources: {environment: [], allowedHosts: {a: b}}}], "
              "hostInterfaces: {a: 1}, service: [], volumes: 3}}}\n---\n[]\n---\n7\n---\ndev: 1\n---\n");
  assert_int_equal(grants.workload_count, 2);
  assert_int_equal(grants.workloads[0].component_count, 3);
  assert_int_equal(grants.workloads[0].interface_count, 0);
  assert_int_equal(grants.workloads[0].components[2].hosts.count, 0);
}

// A few kilobytes of references must not become millions of keys.
static void test_references_again_and_again(void **state) {
  (void)state;
  enum { KEYS = 5000, REFERENCES = 5000 };
  char *text = NULL;
  size_t size = 0;
  FILE *to = open_memstream(&text, &size);
  assert_non_null(to);
  fputs("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n", to);
  for (int i = 0; i < KEYS; i++) {
    fprintf(to, "  k%d: v\n", i);
  }
  fputs("---\napiVersion: runtime.wasmcloud.dev/v1alpha1\nkind: Workload\nmetadata: {name: a}\nspec:\n  components:\n"
        "  - name: x\n    image: y\n    localResources:\n      environment:\n        configFrom:\n",
        to);
  for (int i = 0; i < REFERENCES; i++) {
    fputs("        - name: c\n", to);
  }
  fclose(to);
  read_grants(text);
  const struct tw_granted_map *env = &grants.workloads[0].components[0].env;
  assert_true(env->key_count < (size_t)KEYS * REFERENCES / 10);
  assert_true(env->open);
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_layers_and_places, setup, teardown),
      cmocka_unit_test_setup_teardown(test_external_secret, setup, teardown),
      cmocka_unit_test_setup_teardown(test_find, setup, teardown),
      cmocka_unit_test_setup_teardown(test_the_only_one, setup, teardown),
      cmocka_unit_test_setup_teardown(test_namespaces, setup, teardown),
      cmocka_unit_test_setup_teardown(test_list_and_data_from, setup, teardown),
      cmocka_unit_test_setup_teardown(test_wash, setup, teardown),
      cmocka_unit_test_setup_teardown(test_shapes_that_are_wrong, setup, teardown),
      cmocka_unit_test_setup_teardown(test_references_again_and_again, setup, teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
