// The table of targets.

#include "targets.h"

#include <string.h>

void tw_render_wasmcloud(struct tw_rendering *rendering);
void tw_render_wash(struct tw_rendering *rendering);
void tw_render_flat(struct tw_rendering *rendering);
void tw_render_knative(struct tw_rendering *rendering);
void tw_render_ecs(struct tw_rendering *rendering);
void tw_render_env(struct tw_rendering *rendering);
void tw_render_sbom(struct tw_rendering *rendering);

const struct tw_target tw_targets[] = {
    {
        .name = "wasmcloud",
        .summary = "a WorkloadDeployment for wasmCloud on Kubernetes, with its ConfigMaps, Secrets and ExternalSecrets",
        .bound = true,
        .objects = true,
        .mergeable = true,
        .left = TW_LEFT_IMAGE | TW_LEFT_VALUE | TW_LEFT_ROUTE | TW_LEFT_STORE | TW_LEFT_OTHER,
        .render = tw_render_wasmcloud,
    },
    {
        .name = "wash",
        .summary = "the configuration of `wash dev` for the local loop: .wash/config.yaml and its file of secrets",
        .writes = TW_WRITES_FOLDER,
        .first_alone = true,
        .bound = true,
        .mergeable = true,
        .left = TW_LEFT_VALUE | TW_LEFT_EXTERNAL | TW_LEFT_OTHER,
        .render = tw_render_wash,
    },
    {
        .name = "flat",
        .summary = "a folder of numbered WorkloadDeployments for a host without Kubernetes, with a script that starts them",
        .writes = TW_WRITES_FOLDER,
        .objects = true,
        .left = TW_LEFT_ALL,
        .render = tw_render_flat,
    },
    {
        .name = "knative",
        .summary = "a Knative Service that runs the workload in a container of `wash`",
        .bound = true,
        .left = TW_LEFT_IMAGE | TW_LEFT_VALUE | TW_LEFT_STORE | TW_LEFT_OTHER,
        .render = tw_render_knative,
    },
    {
        .name = "ecs",
        .summary = "a task definition of Amazon ECS that runs the workload in a container of `wash`",
        .writes = TW_WRITES_FOLDER,
        .first_alone = true,
        .bound = true,
        .left = TW_LEFT_IMAGE | TW_LEFT_VALUE | TW_LEFT_EXTERNAL | TW_LEFT_OTHER,
        .render = tw_render_ecs,
    },
    {
        .name = "env",
        .summary = "a dotenv template: the environment variables, configuration keys and secrets, to be filled in",
        .left = TW_LEFT_VALUE | TW_LEFT_EXTERNAL,
        .render = tw_render_env,
    },
    {
        .name = "sbom",
        .summary = "a CycloneDX 1.6 bill of materials: inner components, core modules, producers, crates, and the needs",
        .left = 0,
        .render = tw_render_sbom,
    },
    {0},
};

const char *const tw_target_names[] = {"wasmcloud", "wash", "flat", "knative", "ecs", "env", "sbom", NULL};

const struct tw_target *tw_target_find(const char *name) {
  for (const struct tw_target *target = tw_targets; target->name; target++) {
    if (strcmp(target->name, name) == 0) {
      return target;
    }
  }
  return NULL;
}
