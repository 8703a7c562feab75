// Helpers that ask for another name than they are given: in capitals, by a newer name, with a prefix first; and names that a parser made.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

func capitals(name string) string { return os.Getenv(strings.ToUpper(strings.ReplaceAll(name, ".", "_"))) }

func newer(name string) string {
	if name == "SPAR_OLD" {
		name = "SPAR_NEW"
	}
	return os.Getenv(name)
}

func prefixed(name string) string {
	if value, ok := os.LookupEnv("SPAR_" + name); ok {
		return value
	}
	return os.Getenv(name)
}

func main() {
	fmt.Println(capitals("spar.length"), capitals("SPAR_WIDTH"), newer("SPAR_OLD"), newer("SPAR_KIND"), prefixed("COLOUR"))
	var list struct{ Names []string }
	if json.Unmarshal([]byte(`{"names":["SPAR_FIRST"]}`), &list) != nil {
		return
	}
	for _, name := range list.Names {
		fmt.Println(os.Getenv(name))
	}
}
