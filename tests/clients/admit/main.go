// Admit asks of each Kubernetes document in the given files what the controller that owns its kind asks when it is applied: the
// admission code of Knative Serving and of the External Secrets Operator themselves, not their schemas alone. A document is decoded
// strictly (an unknown field is refused), given its defaults where the controller gives them, and validated.
//
// A line a document: FILE, its number, kind and name, then "admitted", "refused: WHY", or "not asked" for a kind of another
// controller. Warnings are lines of their own. Ends with 1 where one was refused, 2 where a file could not be read.
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	secrets "github.com/external-secrets/external-secrets/apis/externalsecrets/v1"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"knative.dev/pkg/apis"
	serving "knative.dev/serving/pkg/apis/serving/v1"
	"sigs.k8s.io/yaml"
)

// What every document says of itself.
type header struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Metadata   struct {
		Name string `json:"name"`
	} `json:"metadata"`
}

// An admission decodes and validates one document; warnings do not refuse.
type admission func(text []byte) (warnings, refusal error)

var admissions = map[string]admission{
	"serving.knative.dev/v1 Service":        admitService,
	"external-secrets.io/v1 ExternalSecret": admitExternalSecret,
}

func admitService(text []byte) (error, error) {
	var service serving.Service
	if err := yaml.UnmarshalStrict(text, &service); err != nil {
		return nil, err
	}
	ctx := apis.WithinCreate(context.Background())
	service.SetDefaults(ctx)
	found := service.Validate(ctx)
	// A *FieldError that is nil must not become an error that is not.
	return asError(found.Filter(apis.WarningLevel)), asError(found.Filter(apis.ErrorLevel))
}

func asError(found *apis.FieldError) error {
	if found == nil {
		return nil
	}
	return found
}

func admitExternalSecret(text []byte) (error, error) {
	var secret secrets.ExternalSecret
	if err := yaml.UnmarshalStrict(text, &secret); err != nil {
		return nil, err
	}
	validator := secrets.ExternalSecretValidator{}
	warnings, refusal := validator.ValidateCreate(context.Background(), &secret)
	if len(warnings) > 0 {
		return fmt.Errorf("%v", warnings), refusal
	}
	return nil, refusal
}

// admitFile says whether no document of the file was refused.
func admitFile(path string) (bool, error) {
	file, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer file.Close()
	documents := utilyaml.NewYAMLReader(bufio.NewReader(file))
	good := true
	for number := 1; ; number++ {
		text, err := documents.Read()
		if errors.Is(err, io.EOF) {
			return good, nil
		}
		if err != nil {
			return false, err
		}
		var head header
		if err := yaml.Unmarshal(text, &head); err != nil {
			return false, err
		}
		what := fmt.Sprintf("%s: %d: %s %s", path, number, head.Kind, head.Metadata.Name)
		admit, known := admissions[head.APIVersion+" "+head.Kind]
		if !known {
			fmt.Printf("%s: not asked\n", what)
			continue
		}
		warnings, refusal := admit(text)
		if warnings != nil {
			fmt.Printf("%s: warning: %v\n", what, warnings)
		}
		if refusal != nil {
			fmt.Printf("%s: refused: %v\n", what, refusal)
			good = false
		} else {
			fmt.Printf("%s: admitted\n", what)
		}
	}
}

func main() {
	status := 0
	for _, path := range os.Args[1:] {
		good, err := admitFile(path)
		if err != nil {
			fmt.Fprintf(os.Stderr, "admit: %s: %v\n", path, err)
			os.Exit(2)
		}
		if !good {
			status = 1
		}
	}
	os.Exit(status)
}
