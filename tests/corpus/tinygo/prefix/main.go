// Variables with a prefix, among all.
package main

import (
	"os"
	"strings"
)

func main() {
	for _, line := range os.Environ() {
		if strings.HasPrefix(line, "LABEL_") {
			println(line)
		}
	}
	println(os.Getenv("LABELS"))
}
