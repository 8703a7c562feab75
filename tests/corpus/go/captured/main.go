// Tables that are changed through what closures captured: a method value, what is deferred, what a closure gives back; or through a list of pointers
// in the frame; and names of the program's own.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

type hook struct{ name string }

func (h *hook) rename(to string) { h.name = to }

var (
	first  = hook{"HOOK_FIRST"}
	second = []hook{{"HOOK_SECOND"}}
	third  = hook{"HOOK_THIRD"}
	fourth = hook{"HOOK_FOURTH"}
	fifth  = hook{"HOOK_FIFTH"}
)

func change(h *hook) { h.name = "HOOK_DEFERRED" }

func deferred() {
	h := &second[0]
	defer change(h)
	fmt.Println(os.Getenv(h.name))
}

func recovered(f func()) {
	h := &fourth
	defer func() {
		if r := recover(); r != nil {
			h.name = "HOOK_RECOVERED"
		}
	}()
	f()
}

//go:noinline
func lender(h *hook) func() *hook { return func() *hook { return h } }

func main() {
	rename := first.rename
	var seen []string
	for i := range os.Args {
		seen = append(seen, os.Getenv(first.name))
		if i > 0 {
			rename("HOOK_RENAMED")
		}
	}
	deferred()
	fmt.Println(seen, os.Getenv(second[0].name))
	lend := lender(&third)
	fmt.Println(os.Getenv(third.name))
	lend().name = "HOOK_LENT"
	fmt.Println(os.Getenv(third.name))
	fmt.Println(os.Getenv(fourth.name))
	recovered(func() { panic("fallen") })
	fmt.Println(os.Getenv(fourth.name))
	list := [...]*hook{&fifth, &third}
	fmt.Println(os.Getenv(fifth.name))
	list[len(os.Args)&1].name = "HOOK_LISTED"
	fmt.Println(os.Getenv(fifth.name))
	own := strings.ToUpper(filepath.Base(os.Args[0]))
	fmt.Println(os.Getenv(own+"_HOME"), os.Getenv("HOOK_"+own))
}
