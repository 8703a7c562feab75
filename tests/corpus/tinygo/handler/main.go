// An export that wants an argument, and lists all variables for some.
package main

import "os"

//go:wasmexport handle
func handle(a int32) int32 {
	if os.Getenv("HAND_LIMIT") != "" {
		a++
	}
	if a > 7 {
		for _, line := range os.Environ() {
			println(line)
		}
	}
	return a
}

func main() {}
