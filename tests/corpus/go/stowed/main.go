// Names out of maps that package variables hold: one is as it was made, one is filled when packages are initialized, and one later, by a function
// that is not the one that reads it.
package main

import (
	"fmt"
	"os"
)

var (
	made  = map[string]string{"fore": "STOW_FORE", "aft": "STOW_AFT"}
	begun = map[string]string{}
	later = map[string]string{}
)

func init() { begun["hold"] = "STOW_HOLD" }

//go:noinline
func load() { later["deck"] = "DECK" }

//go:noinline
func find(m map[string]string, at string) string { return os.Getenv(m[at]) }

//go:noinline
func deck() string { return os.Getenv("STOW_" + later["deck"]) }

func main() {
	load()
	fmt.Println(find(made, "fore"), find(made, "aft"), find(begun, "hold"), deck())
}
