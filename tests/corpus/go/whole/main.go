// The whole environment in a map that is asked by name; and entries that are compared with names.
package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

func environment() map[string]string {
	all := make(map[string]string)
	for _, entry := range os.Environ() {
		if name, value, found := strings.Cut(entry, "="); found {
			all[name] = value
		}
	}
	return all
}

var wanted = []string{"SAIL_MAIN", "SAIL_JIB"}

func isSet(name string) bool {
	return slices.ContainsFunc(os.Environ(), func(entry string) bool { return strings.HasPrefix(entry, name+"=") })
}

func main() {
	all, other := environment(), map[string]string{"SAIL_NOT": "x"}
	fmt.Println(all["SAIL_AREA"], other["SAIL_NOR"])
	if cloth, found := all["SAIL_CLOTH"]; found {
		fmt.Println(cloth)
	}
	for _, entry := range os.Environ() {
		name, value, _ := strings.Cut(entry, "=")
		if slices.Contains(wanted, name) {
			fmt.Println(value)
		}
	}
	fmt.Println(isSet("SAIL_REEFED"))
}
