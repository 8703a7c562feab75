// Function values, closures, interfaces, generics, tables of functions.
package main

import (
	"fmt"
	"os"
	"strconv"
)

type source interface{ get(name string) (string, bool) }

type environment struct{}

func (environment) get(name string) (string, bool) { return os.LookupEnv(name) }

type fixed map[string]string

func (f fixed) get(name string) (string, bool) { v, ok := f[name]; return v, ok }

type layered struct{ sources []source }

func (l layered) get(name string) (string, bool) {
	for _, s := range l.sources {
		if v, ok := s.get(name); ok {
			return v, true
		}
	}
	return "", false
}

func parsed[T any](name string, parse func(string) (T, error)) T {
	v, _ := parse(os.Getenv(name))
	return v
}

//go:noinline
func each(names []string, do func(string) string) {
	for _, n := range names {
		fmt.Println(do(n))
	}
}

var loaders = map[string]func() string{
	"disk":  func() string { return os.Getenv("DISK_PATH") },
	"cache": func() string { return os.Getenv("CACHE_SIZE") },
}

var hooks = []func() string{
	func() string { return os.Getenv("HOOK_OPEN") },
	func() string { return os.Getenv("HOOK_CLOSE") },
}

func main() {
	var s source = layered{[]source{fixed{"A": "b"}, environment{}}}
	fmt.Println(s.get("ROUTE_TABLE"))
	fmt.Println(parsed("AREA_ID", strconv.Atoi), parsed("AREA_OPEN", strconv.ParseBool))
	each([]string{"PEER_NAME", "PEER_PORT"}, os.Getenv)
	suffixed := func(name string) string { return os.Getenv(name) + "!" }
	each([]string{"LINK_STATE"}, suffixed)
	for kind, load := range loaders {
		fmt.Println(kind, load())
	}
	for _, h := range hooks {
		fmt.Println(h())
	}
}
