// Objects in the heap that others have: goroutines, closures that are handed on, flags, and stores to which it is not known where they go.
package main

import (
	"flag"
	"fmt"
	"os"
	"sync"
)

type berth struct {
	ship, flag, cargo, pilot string
	tug                      *berth
	key                      string
}

func (b *berth) find(ship string) *berth {
	for ; b != nil; b = b.tug {
		if b.ship == ship {
			return b
		}
	}
	return nil
}

func main() {
	fixed := &berth{key: "DOCK_FIXED"}
	fmt.Println(os.Getenv(fixed.key))

	name := "DOCK_EAST"
	var wait sync.WaitGroup
	wait.Add(1)
	go func() {
		defer wait.Done()
		if os.Getenv("DOCK_SIDE") != "" {
			name = "DOCK_WEST"
		}
	}()
	wait.Wait()
	fmt.Println(os.Getenv(name))

	b := &berth{tug: &berth{ship: "tug", key: "DOCK_TUG"}, key: "DOCK_KEY"}
	set := flag.NewFlagSet("dock", flag.ContinueOnError)
	set.StringVar(&b.key, "key", b.key, "variable with the key")
	_ = set.Parse(os.Args[1:])
	if found := b.find(os.Getenv("DOCK_SHIP")); found != nil {
		found.key = "DOCK_FOUND"
	}
	fmt.Println(os.Getenv(b.key), os.Getenv(b.tug.key))
}
