// Names chosen by a switch and by comparisons of the number of arguments.
package main

import "os"

func region(n int) string {
	switch n {
	case 1:
		return "PIER_NORTH"
	case 2:
		return "PIER_SOUTH"
	}
	return "PIER_ELSEWHERE"
}

func main() {
	n := len(os.Args)
	println(os.Getenv(region(n)))
	name := "TIDE_LOW"
	if n > 4 {
		name = "TIDE_FLOOD"
	} else if n > 2 {
		name = "TIDE_HIGH"
	}
	println(os.Getenv(name))
}
