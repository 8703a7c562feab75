// Variables set and unset by the program itself.
package main

import (
	"fmt"
	"os"
)

func main() {
	os.Setenv("SAIL_AREA", "40")
	os.Unsetenv("SAIL_SPARE")
	fmt.Println(os.Getenv("MAST_HEIGHT"))
}
