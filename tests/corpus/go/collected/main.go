// A table of settings, of which what is wrong with each is collected: registers and words of the frame are used for one thing after the other.
package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
)

type yard struct {
	name  string
	docks int
	open  bool
}

type setting struct {
	name     string
	required bool
	set      func(*yard, string) error
}

var settings = []setting{
	{"YARD_NAME", true, func(y *yard, s string) error { y.name = s; return nil }},
	{"YARD_DOCKS", false, func(y *yard, s string) (err error) { y.docks, err = strconv.Atoi(s); return }},
	{name: "YARD_OPEN", set: func(y *yard, s string) error { y.open = s == "1"; return nil }},
}

func load(y *yard) error {
	var errs []error
	for _, s := range settings {
		v, ok := os.LookupEnv(s.name)
		if !ok {
			if s.required {
				errs = append(errs, fmt.Errorf("%s is required", s.name))
			}
			continue
		}
		if err := s.set(y, v); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", s.name, err))
		}
	}
	return errors.Join(errs...)
}

func main() {
	var y yard
	if err := load(&y); err != nil {
		fmt.Println(err)
		os.Exit(2)
	}
	fmt.Println(y)
}
