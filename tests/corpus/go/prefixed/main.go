// The whole list, filtered by the beginning of names.
package main

import (
	"fmt"
	"os"
	"strings"
)

func main() {
	labels := map[string]string{}
	for _, entry := range os.Environ() {
		if strings.HasPrefix(entry, "DEMO_") {
			name, value, _ := strings.Cut(entry, "=")
			labels[name] = value
		}
	}
	fmt.Println(len(labels), os.Getenv("LABEL_COUNT"))
}
