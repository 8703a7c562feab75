// A parser of flags whose defaults come from the environment.
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
)

type fromEnvironment struct {
	set  *flag.FlagSet
	name map[string]string
}

func (f *fromEnvironment) string(name, env, usage string) *string {
	f.name[name] = env
	return f.set.String(name, os.Getenv(env), usage+" ["+env+"]")
}

func main() {
	f := &fromEnvironment{flag.NewFlagSet("ferry", flag.ContinueOnError), map[string]string{}}
	from := f.string("from", "FERRY_FROM", "where it starts")
	to := f.string("to", "FERRY_TO", "where it goes")
	load := flag.String("load", os.Getenv("FERRY_LOAD"), "what it carries")
	f.set.Parse(os.Args[1:])
	fmt.Println(*from, *to, *load, strings.ToLower("NOT_ASKED"))
}
