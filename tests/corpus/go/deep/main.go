// Names that go through several functions, variable numbers of them, and errors.
package main

import (
	"errors"
	"fmt"
	"os"
)

//go:noinline
func firstOf(names ...string) (string, error) {
	for _, n := range names {
		if v, ok := os.LookupEnv(n); ok {
			return v, nil
		}
	}
	return "", errors.New("none is set")
}

//go:noinline
func inner(name string) string { return os.Getenv(name) }

//go:noinline
func middle(kind int, name string) string {
	if kind == 0 {
		return "-"
	}
	return inner(name)
}

//go:noinline
func outer(name string) string { return middle(len(name), name) }

type client struct{ name, proxy string }

//go:noinline
func newClient(name, proxyKey string) (*client, error) {
	p, err := firstOf(proxyKey, "ALL_PROXY")
	if err != nil {
		return nil, fmt.Errorf("client %s: %w", name, err)
	}
	return &client{name, p}, nil
}

func main() {
	fmt.Println(firstOf("PROXY_URL", "PROXY_HOST"))
	fmt.Println(outer("HOLD_TIME"), outer("LINK_RETRY"))
	fmt.Println(newClient("web", "WEB_PROXY"))
}
