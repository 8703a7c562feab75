// Names that are not known: from arguments, with a known beginning, and from a map that an argument chooses from.
package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Println(os.Getenv("DOCK_OWNER"))
	if len(os.Args) > 2 {
		fmt.Println(os.Getenv("DOCK_" + os.Args[1]))
		fmt.Println(os.Getenv(os.Args[2]))
	}
}
