// A helper chooses among names by what it is given: only what some caller chooses is asked for. One of them is asked to choose by what nobody knows,
// one by a goroutine, and one is called so often that not every call is followed.
package main

import (
	"fmt"
	"os"
)

//go:noinline
func rope(kind int) string {
	name := "ROPE_OTHER"
	switch kind {
	case 1:
		name = "ROPE_HEMP"
	case 2:
		name = "ROPE_WIRE"
	case 3:
		name = "ROPE_CHAIN"
	}
	return os.Getenv(name)
}

//go:noinline
func moor(kind int, times int) string {
	if times == 0 {
		return rope(kind)
	}
	return moor(kind, times-1)
}

type knot struct {
	kind  string
	turns int
}

//go:noinline
func (k *knot) tie() string {
	name := "KNOT_UNKNOWN"
	if k.kind == "bowline" {
		name = "KNOT_BOWLINE"
	} else if k.kind == "hitch" && k.turns > 1 {
		name = "KNOT_HITCH"
	}
	return os.Getenv(name)
}

//go:noinline
func flag(count int) string {
	name := "FLAG_MANY"
	if count < 3 {
		name = "FLAG_FEW"
	}
	return os.Getenv(name)
}

//go:noinline
func lamp(side int) string {
	name := "LAMP_STERN"
	if side == 0 {
		name = "LAMP_BOW"
	}
	return os.Getenv(name)
}

//go:noinline
func count(n int) string {
	name := "COUNT_HIGH"
	if n == 0 {
		name = "COUNT_ZERO"
	}
	return os.Getenv(name)
}

//go:noinline
func crowd() {
	for n := 4000; n >= 0; n-- {
		fmt.Println(count(n))
	}
}

func main() {
	fmt.Println(rope(1), moor(2, 3))
	fmt.Println((&knot{kind: "bowline"}).tie(), (&knot{"hitch", 2}).tie())
	fmt.Println(flag(len(os.Args)))
	done := make(chan string)
	for side := 0; side < 2; side++ {
		go func() { done <- lamp(side) }()
	}
	fmt.Println(<-done, <-done)
	crowd()
}
