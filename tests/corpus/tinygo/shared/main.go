// A name in a struct that another goroutine changes while main waits.
package main

import (
	"os"
	"time"
)

type setting struct{ key string }

func main() {
	chosen := &setting{"GATE_FIRST"}
	done := make(chan bool)
	go func() {
		chosen.key = "GATE_SECOND"
		done <- true
	}()
	println(os.Getenv(chosen.key))
	<-done
	println(os.Getenv(chosen.key))
	time.Sleep(time.Millisecond)
	println(os.Getenv("GATE_LAST"))
}
