// Functions that are called through pointers, of which it is not always known what they lead to.
package main

import (
	"fmt"
	"os"
)

type option func(*client)

type client struct {
	base, token string
	lookup      func(string) (string, bool)
}

func withEnv(prefix string) option {
	return func(c *client) {
		if v, ok := c.lookup(prefix + "_BASE"); ok {
			c.base = v
		}
		if v, ok := c.lookup(prefix + "_TOKEN"); ok {
			c.token = v
		}
	}
}

func open(options ...option) *client {
	c := &client{lookup: os.LookupEnv}
	for _, set := range options {
		set(c)
	}
	return c
}

type part struct {
	name  string
	inner []*part
}

var hull = &part{"HULL", []*part{{"HULL_KEEL", nil}, {"HULL_DECK", []*part{{"HULL_MAST", nil}}}}}

func main() {
	c := open(withEnv("HELM"))
	fmt.Println(c.base, c.token)
	var walk func(p *part)
	walk = func(p *part) {
		fmt.Println(os.Getenv(p.name))
		for _, inner := range p.inner {
			walk(inner)
		}
	}
	walk(hull)
}
