// Functional options: closures with a name and a setter.
package main

import "os"

type options struct {
	host, port string
	verbose    bool
}

type option func(*options)

func fromEnv(key string, set func(*options, string)) option {
	return func(o *options) {
		if v := os.Getenv(key); v != "" {
			set(o, v)
		}
	}
}

func build(all ...option) *options {
	o := &options{host: "localhost"}
	for _, apply := range all {
		apply(o)
	}
	return o
}

func main() {
	o := build(
		fromEnv("DOVE_HOST", func(o *options, v string) { o.host = v }),
		fromEnv("DOVE_PORT", func(o *options, v string) { o.port = v }),
		fromEnv("DOVE_VERBOSE", func(o *options, v string) { o.verbose = v == "1" }),
	)
	println(o.host, o.port, o.verbose)
}
