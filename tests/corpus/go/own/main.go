// Names that libraries ask for, Go's own among them, asked for by the program: they are its own needs.
package main

import (
	"fmt"
	"os"
)

func main() {
	for _, name := range []string{"TZ", "ZONEINFO", "PYTHONPATH", "RUST_BACKTRACE"} {
		fmt.Println(os.Getenv(name))
	}
	fmt.Println(os.Getenv("HOME"))
}
