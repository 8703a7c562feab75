// Reads a stream of YAML documents with the two packages that Go programs read it with, and prints each document as a line of JSON: with
// gopkg.in/yaml.v3, and, as kubectl does, with sigs.k8s.io/yaml. A worker of tests/yaml_readers.py.
//
//	reader yaml.v3|k8s FILE
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"gopkg.in/yaml.v3"
	k8s "sigs.k8s.io/yaml"
)

func each(which string, text []byte, take func(any)) error {
	if which == "k8s" {
		// Documents are split as kubectl does it: at lines of three dashes.
		for _, part := range bytes.Split(append([]byte("\n"), text...), []byte("\n---\n"))[1:] {
			line, err := k8s.YAMLToJSONStrict(append(part, '\n'))
			if err != nil {
				return err
			}
			take(json.RawMessage(line))
		}
		return nil
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	for {
		var document any
		if err := decoder.Decode(&document); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		take(document)
	}
}

func main() {
	text, err := os.ReadFile(os.Args[2])
	if err == nil {
		encoder := json.NewEncoder(os.Stdout)
		encoder.SetEscapeHTML(false)
		err = each(os.Args[1], text, func(document any) {
			if err := encoder.Encode(document); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
		})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
