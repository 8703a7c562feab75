// All variables are printed.
package main

import "os"

func main() {
	println(os.Getenv("ALL_NAME"))
	for _, line := range os.Environ() {
		println(line)
	}
}
