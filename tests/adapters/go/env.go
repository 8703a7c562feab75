// The environment as a Go program sees it: the value of each name.
package main

import (
	"fmt"
	"os"
)

func main() {
	for _, name := range os.Args[1:] {
		if value, ok := os.LookupEnv(name); ok {
			fmt.Printf("%s=%s\n", name, value)
		} else {
			fmt.Println(name, "is not there")
		}
	}
}
