// A structure of options, filled by a method, by a table of pointers, and by functions as options.
package main

import (
	"fmt"
	"os"
	"strconv"
)

type options struct {
	host, user, spool string
	port              int
	verbose           bool
}

type option func(*options)

func withUser(name string) option { return func(o *options) { o.user = os.Getenv(name) } }

func (o *options) load() {
	o.host = os.Getenv("QUEUE_HOST")
	o.port, _ = strconv.Atoi(os.Getenv("QUEUE_PORT"))
	_, o.verbose = os.LookupEnv("QUEUE_VERBOSE")
}

func newOptions(with ...option) *options {
	o := &options{port: 5672}
	o.load()
	for _, w := range with {
		w(o)
	}
	return o
}

func main() {
	o := newOptions(withUser("QUEUE_USER"))
	for _, field := range []struct {
		name string
		to   *string
	}{{"QUEUE_SPOOL", &o.spool}, {"QUEUE_VHOST", &o.host}} {
		if v, ok := os.LookupEnv(field.name); ok {
			*field.to = v
		}
	}
	fmt.Printf("%+v\n", *o)
}
