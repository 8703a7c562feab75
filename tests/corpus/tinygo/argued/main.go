// Names made of arguments.
package main

import "os"

func main() {
	for _, name := range os.Args[1:] {
		println(os.Getenv("ARG_" + name))
	}
	println(os.Getenv("ARGS"))
}
