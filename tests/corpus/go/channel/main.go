// Names that come through a channel.
package main

import (
	"fmt"
	"os"
)

func main() {
	names := make(chan string, 2)
	go func() {
		names <- "BUOY_NORTH"
		names <- "BUOY_SOUTH"
		close(names)
	}()
	for name := range names {
		fmt.Println(os.Getenv(name))
	}
	fmt.Println(os.Getenv("BUOY_COUNT"))
}
