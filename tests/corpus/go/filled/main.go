// A map filled from the whole list, and then asked by name.
package main

import (
	"fmt"
	"os"
	"strings"
)

func main() {
	all := make(map[string]string)
	for _, entry := range os.Environ() {
		if name, value, ok := strings.Cut(entry, "="); ok {
			all[name] = value
		}
	}
	fmt.Println(all["ROPE_LENGTH"], all["ROPE_KIND"], os.Getenv("ROPE_COLOUR"))
}
