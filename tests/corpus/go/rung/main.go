// A closure that is called in one place is given to the library's timer in another, which calls it from where nobody looks: only a run tells that it
// was, and then not all is known.
package main

import (
	"fmt"
	"os"
	"time"
)

//go:noinline
func now(f func()) { f() }

//go:noinline
func bell(name string, rung chan<- bool) func() {
	return func() {
		fmt.Println(os.Getenv("BELL_" + name))
		rung <- true
	}
}

func main() {
	rung := make(chan bool, 2)
	now(bell("FORE", rung))
	timer := time.AfterFunc(time.Microsecond, bell("AFT", rung))
	<-rung
	<-rung
	timer.Stop()
}
