// Names that begin as constants, and are written over by whom their address, or they themselves, were given: flags, a decoder, the host.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
)

type settings struct {
	prefix string
	names  []string
}

var (
	conf   = settings{prefix: "BUOY", names: []string{"BUOY_FIRST"}}
	client = &counter{prefix: "MOOR_"}
)

type counter struct {
	prefix string
	calls  int
}

// What a method changes beside a name leaves the name as it is.
//
//go:noinline
func (c *counter) get(name string) string {
	c.calls++
	return os.Getenv(c.prefix + name)
}

//go:noinline
func parse() {
	flag.StringVar(&conf.prefix, "prefix", conf.prefix, "what names begin with")
	flag.Parse()
}

//go:noinline
func decode(text string) { json.NewDecoder(strings.NewReader(text)).Decode(&conf) }

//go:noinline
func show() {
	for _, name := range conf.names {
		fmt.Println(os.Getenv(name))
	}
	fmt.Println(os.Getenv(conf.prefix + "_LIGHT"))
}

func main() {
	parse()
	if flag.NArg() > 0 {
		decode(flag.Arg(0))
	}
	show()
	fmt.Println(client.get("LINE"), client.get("RING"), client.calls)
	text := []byte("BUOY_BUFFER")
	n, _ := os.Stdin.Read(text)
	fmt.Println(n, os.Getenv(string(bytes.TrimSpace(text))))
}
