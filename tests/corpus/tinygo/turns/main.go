// A package variable that main changes while another goroutine has not asked yet, or has.
package main

import (
	"os"
	"time"
)

var mode = "TURN_EARLY"

func main() {
	go func() { println(os.Getenv(mode)) }()
	time.Sleep(time.Millisecond)
	mode = "TURN_LATE"
	time.Sleep(time.Millisecond)
	println(os.Getenv(mode))
}
