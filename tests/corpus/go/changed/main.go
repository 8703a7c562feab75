// A package variable that functions change which are not executed: one takes too long, one asks, itself, before it does so.
package main

import (
	"fmt"
	"os"
	"sync"
)

var (
	name string
	sum  uint32
	once sync.Once
)

//go:noinline
func work(x int) {
	for i := 0; i < 10000000; i++ {
		sum = sum*31 + uint32(i^x)
	}
	name = "KEEL_SECOND"
}

func main() {
	name = "KEEL_FIRST"
	work(len(os.Args))
	fmt.Println(os.Getenv(name), sum)
	name = "KEEL_THIRD"
	once.Do(func() {
		if os.Getenv("KEEL_ONCE") != "" {
			name = "KEEL_FOURTH"
		}
	})
	fmt.Println(os.Getenv(name))
}
