// A map of the program's own is looked into by the function that looks into the map of the environment, once behind an argument. A name that is
// an argument nobody knows.
package main

import "os"

var colours = map[string]int{"GREEN": 2, "BLUE": 3}

func main() {
	println(os.Getenv("EASEL"), colours["GREEN"])
	if len(os.Args) > 3 {
		println(os.Getenv("CANVAS"), colours["BLUE"])
		println(os.Getenv(os.Args[3]))
	}
}
