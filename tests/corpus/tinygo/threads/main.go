// Goroutines that ask, and a WaitGroup.
package main

import (
	"os"
	"sync"
)

func main() {
	var group sync.WaitGroup
	results := make(chan string, 4)
	for _, key := range []string{"CREW_BOW", "CREW_STERN"} {
		group.Add(1)
		go func(key string) {
			defer group.Done()
			results <- os.Getenv(key)
		}(key)
	}
	go func() { results <- os.Getenv("CREW_MAST") }()
	group.Wait()
	println(<-results, <-results, os.Getenv("CREW_DONE"))
}
