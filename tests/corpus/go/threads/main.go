// Goroutines, a channel of names, a closure run once.
package main

import (
	"fmt"
	"os"
	"sync"
)

var once sync.Once
var level string

func logLevel() string {
	once.Do(func() { level = os.Getenv("TRACE_LEVEL") })
	return level
}

func main() {
	var wait sync.WaitGroup
	results := make([]string, 2)
	for i, name := range []string{"SHIP_LEFT", "SHIP_RIGHT"} {
		wait.Add(1)
		go func() {
			defer wait.Done()
			results[i] = os.Getenv(name)
		}()
	}
	wait.Wait()
	done := make(chan string)
	go func() { done <- os.Getenv("SHIP_DONE") }()
	fmt.Println(results, <-done, logLevel())
	defer func() { fmt.Println(os.Getenv("SHIP_LAST")) }()
}
