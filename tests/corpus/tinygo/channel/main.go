// Names that come through a channel.
package main

import "os"

func produce(out chan<- string) {
	out <- "BUOY_RED"
	out <- "BUOY_GREEN"
	close(out)
}

func main() {
	names := make(chan string)
	go produce(names)
	for name := range names {
		println(os.Getenv(name))
	}
	println(os.Getenv("BUOY_COUNT"))
}
