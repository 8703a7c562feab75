// A table of names with setters.
package main

import "os"

type config struct{ host, user string }

var table = []struct {
	key string
	set func(*config, string)
}{
	{"WELL_HOST", func(c *config, v string) { c.host = v }},
	{"WELL_USER", func(c *config, v string) { c.user = v }},
}

func main() {
	var c config
	for _, row := range table {
		if v, ok := os.LookupEnv(row.key); ok {
			row.set(&c, v)
		}
	}
	println(c.host, c.user)
}
