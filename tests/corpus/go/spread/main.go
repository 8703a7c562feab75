// A function that asks is handed to a helper in one place, and by way of a channel, a field, a list and a map in others: there nobody knows which
// one it is, and it is not said that all is known.
package main

import (
	"fmt"
	"os"
)

//go:noinline
func ask(key string) string { return "<" + os.Getenv("CREW_"+key) + ">" }

//go:noinline
func apply(f func(string) string, key string) string { return f(key) }

type ship struct{ lookup func(string) string }

var (
	hired  = make(chan func(string) string, 1)
	first  *ship
	others []func(string) string
	named  = map[string]func(string) string{}
)

//go:noinline
func engage() {
	fmt.Println(apply(ask, "MASTER"))
	hired <- ask
	first = &ship{ask}
	others = append(others, ask)
	named["cook"] = ask
}

//go:noinline
func sail() {
	f := <-hired
	fmt.Println(apply(f, "MATE"), apply(first.lookup, "BOY"), apply(others[0], "PILOT"), apply(named["cook"], "COOK"))
}

func main() {
	engage()
	sail()
}
