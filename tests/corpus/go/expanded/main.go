// os.ExpandEnv and os.Expand on constants.
package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Println(os.ExpandEnv("$DATA_ROOT/spool/${QUEUE_ID}.log"))
	fmt.Println(os.Expand("${ANCHOR_DEPTH}m", os.Getenv))
}
